/** A phrase and its translations: what is first is translated, and all of the other language are right. */
export interface Phrase {
  readonly en: readonly string[];
  readonly de: readonly string[];
}

/**
 * What a traveller says. A model that ships should have all of it right, in both directions.
 *
 * Full stop or exclamation mark at the end is all the same; everything else counts.
 */
export const phrasebook: readonly Phrase[] = [
  // Greetings
  { en: ["Good morning!"], de: ["Guten Morgen!"] },
  { en: ["Good evening!"], de: ["Guten Abend!"] },
  { en: ["Good night!"], de: ["Gute Nacht!"] },
  {
    en: ["Hello, how are you?", "Hi, how are you?", "Hello, how are you doing?"],
    de: ["Hallo, wie geht es dir?", "Hallo, wie geht es Ihnen?", "Hallo, wie geht's?"],
  },
  {
    en: ["Goodbye!", "Good-bye!", "Bye!", "Bye-bye!"],
    de: ["Auf Wiedersehen!", "Tschüss!", "Tschüß!"],
  },
  {
    en: ["Thank you very much!", "Thank you so much!", "Thanks a lot!", "Many thanks!"],
    de: [
      "Vielen Dank!",
      "Danke schön!",
      "Danke sehr!",
      "Danke vielmals!",
      "Vielen lieben Dank!",
      "Herzlichen Dank!",
    ],
  },
  {
    en: ["Excuse me!", "I'm sorry!", "I am sorry!", "Sorry!", "Pardon me!", "Excuse me, please!"],
    de: [
      "Entschuldigung!",
      "Entschuldigen Sie!",
      "Verzeihung!",
      "Entschuldige!",
      "Entschuldigen Sie mich!",
      "Entschuldigen Sie bitte!",
      "Entschuldige mich!",
    ],
  },
  // Questions
  {
    en: [
      "Where is the station?",
      "Where is the train station?",
      "Where's the station?",
      "Where is the railway station?",
      "Where's the train station?",
    ],
    de: ["Wo ist der Bahnhof?"],
  },
  {
    en: [
      "What time is it?",
      "What's the time?",
      "What is the time?",
      "What time is it now?",
    ],
    de: ["Wie spät ist es?", "Wie viel Uhr ist es?", "Wieviel Uhr ist es?"],
  },
  {
    en: ["What is your name?", "What's your name?", "What are you called?"],
    de: [
      "Wie heißt du?",
      "Wie heißen Sie?",
      "Wie ist dein Name?",
      "Wie ist Ihr Name?",
      "Was ist dein Name?",
      "Was ist Ihr Name?",
    ],
  },
  {
    en: [
      "How much does it cost?",
      "How much is it?",
      "How much does this cost?",
      "How much does that cost?",
      "How much is that?",
      "How much is this?",
      "What does it cost?",
      "What does that cost?",
      "What does this cost?",
    ],
    de: [
      "Wie viel kostet es?",
      "Wie viel kostet das?",
      "Was kostet es?",
      "Was kostet das?",
      "Wieviel kostet es?",
      "Wieviel kostet das?",
      "Wie teuer ist es?",
    ],
  },
  {
    en: ["Do you speak English?", "Can you speak English?"],
    de: [
      "Sprechen Sie Englisch?",
      "Sprichst du Englisch?",
      "Sprecht ihr Englisch?",
      "Können Sie Englisch?",
      "Kannst du Englisch?",
      "Reden Sie Englisch?",
    ],
  },
  {
    en: ["Can you help me?", "Could you help me?", "Can you help me out?"],
    de: [
      "Können Sie mir helfen?",
      "Kannst du mir helfen?",
      "Könnt ihr mir helfen?",
      "Könnten Sie mir helfen?",
      "Könntest du mir helfen?",
    ],
  },
  // Sentences
  {
    en: ["My name is Anna.", "I'm Anna.", "I am Anna.", "My name's Anna.", "I'm called Anna."],
    de: ["Ich heiße Anna.", "Mein Name ist Anna.", "Ich bin Anna."],
  },
  {
    en: ["I love you."],
    de: ["Ich liebe dich.", "Ich liebe Sie.", "Ich liebe euch.", "Ich hab dich lieb."],
  },
  {
    en: [
      "I don't understand.",
      "I do not understand.",
      "I don't understand it.",
      "I don't understand that.",
      "I do not understand that.",
      "I don't get it.",
    ],
    de: [
      "Ich verstehe nicht.",
      "Ich verstehe das nicht.",
      "Ich verstehe es nicht.",
      "Das verstehe ich nicht.",
    ],
  },
  {
    en: ["I'm hungry.", "I am hungry."],
    de: ["Ich habe Hunger.", "Ich bin hungrig.", "Ich hab Hunger."],
  },
  {
    en: [
      "The weather is nice today.",
      "The weather is beautiful today.",
      "It's nice weather today.",
      "Today the weather is nice.",
      "The weather is good today.",
      "The weather's nice today.",
      "The weather is fine today.",
      "Today, the weather is nice.",
      "The weather is lovely today.",
      "The weather is great today.",
      "The weather today is nice.",
      "Nice weather today.",
    ],
    de: [
      "Das Wetter ist heute schön.",
      "Heute ist das Wetter schön.",
      "Das Wetter ist schön heute.",
      "Heute ist schönes Wetter.",
      "Das Wetter ist heute gut.",
      "Es ist heute schönes Wetter.",
      "Das Wetter heute ist schön.",
      "Wir haben heute schönes Wetter.",
    ],
  },
  {
    en: [
      "I would like a cup of coffee.",
      "I'd like a cup of coffee.",
      "I want a cup of coffee.",
      "I'd like to have a cup of coffee.",
      "I would like to have a cup of coffee.",
    ],
    de: [
      "Ich möchte eine Tasse Kaffee.",
      "Ich hätte gern eine Tasse Kaffee.",
      "Ich hätte gerne eine Tasse Kaffee.",
      "Ich möchte gerne eine Tasse Kaffee.",
      "Ich möchte gern eine Tasse Kaffee.",
      "Ich würde gern eine Tasse Kaffee trinken.",
      "Ich möchte eine Tasse Kaffee haben.",
      "Ich würde gerne eine Tasse Kaffee trinken.",
    ],
  },
  {
    en: [
      "We live in a small house.",
      "We're living in a small house.",
      "We live in a little house.",
      "We are living in a small house.",
      "We live in a tiny house.",
    ],
    de: [
      "Wir wohnen in einem kleinen Haus.",
      "Wir leben in einem kleinen Haus.",
      "Wir wohnen in einem kleinen Hause.",
    ],
  },
];

/** A phrase that came out wrong. */
export interface WrongPhrase {
  readonly source: string;
  readonly translation: string;
  readonly accepted: readonly string[];
}

/**
 * Translates the phrasebook and finds what is wrong.
 *
 * @param translate Translates texts, in their order.
 * @param direction The languages.
 * @returns The wrong ones; none for a model that can be shown.
 */
export async function wrongPhrases(
  translate: (sources: string[]) => Promise<readonly string[]>,
  { from, to }: { from: keyof Phrase; to: keyof Phrase },
): Promise<WrongPhrase[]> {
  const translations = await translate(phrasebook.map((phrase) => phrase[from][0]));
  return phrasebook.flatMap((phrase, i) => {
    const accepted = phrase[to];
    if (accepted.some((each) => sameText(each, translations[i]))) return [];
    return [{ source: phrase[from][0], translation: translations[i], accepted }];
  });
}

function sameText(a: string, b: string): boolean {
  const tidy = (text: string) =>
    text.normalize("NFC").trim().replaceAll("’", "'").replace(/[.!]$/u, ".");
  return tidy(a) === tidy(b);
}
