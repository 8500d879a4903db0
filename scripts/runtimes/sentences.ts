/**
 * The sentences that every runtime translates: plain ones, and what texts of software also hold.
 * The translations of all of them are clear cases, which do not hang on the last bit.
 */
export const sentences: readonly string[] = [
  "The file could not be opened.",
  "Do you want to save the changes before closing?",
  "Please enter your name and your password.",
  "This package contains the documentation.",
  "Select the pictures that you want to print.",
  "The server does not answer; try again later.",
  "You can remove a picture from the list at any time.",
  "Error 404: page not found",
  "Print",
  "Cannot connect to the database.",
  "Click the button to open a new window.",
  "The program needs at least 20 MB of free memory.",
  "Show hidden files",
  "Choose a language and press Enter.",
  "Your message has been sent.",
  "This option is not available in the current version.",
  "Are you sure that you want to delete “notes.txt”?",
  "The command reads its input from a file.",
  "Use the arrow keys to move the cursor.",
  "First open the menu. Then choose a colour.",
];
