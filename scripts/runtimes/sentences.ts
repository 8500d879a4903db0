/**
 * The sentences that every runtime translates: plain ones, and what texts of software also hold.
 *
 * With the shipped model all of them are clear cases. Their translations are the same in float32 and
 * in int8, whether activations have eight bits or seven (`HEED_SIMD=plain`, `relaxed-u8`,
 * `relaxed-i7`): which of these runs is for the machine and the runtime to say, not for a test.
 */
export const sentences: readonly string[] = [
  "The file could not be opened.",
  "Do you want to save the changes before closing?",
  "This package contains the documentation.",
  "Select the pictures that you want to print.",
  "Error 404: page not found",
  "Print",
  "The database is not available.",
  "Click the button to open a new window.",
  "Show all files",
  "Choose a language and press Enter.",
  "Your message has been sent.",
  "This option is not available in the current version.",
  "The file “notes.txt” could not be found.",
  "The command reads its input from a file.",
  "Use the arrow keys to move the cursor.",
  "You can remove a picture from the list at any time.",
  "This is a small program. It shows the time.",
  "The file could not be opened.\n\nThis package contains the documentation.",
  "Please wait while the files are copied.",
  "Enter the name of the new folder.",
];
