// The script of a character, to keep pieces within one writing system. Names are Unicode's; one that the runtime does
// not know yet is left out, its characters count as Common, like unassigned ones.

const SCRIPTS =
  `Common Latin Han Hiragana Katakana Hangul Cyrillic Greek Arabic Hebrew Devanagari Thai Inherited
Adlam Ahom Anatolian_Hieroglyphs Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi
Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Coptic Cuneiform
Cypriot Cypro_Minoan Deseret Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian
Glagolitic Gothic Grantha Gujarati Gunjala_Gondi Gurmukhi Gurung_Khema Hanifi_Rohingya Hanunoo Hatran
Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Kawi Kayah_Li Kharoshthi
Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani
Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive
Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko
Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian
Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa
Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian
Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil
Tangsa Tangut Telugu Thaana Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho
Warang_Citi Yezidi Yi Zanabazar_Square`.split(/\s+/);

export const COMMON = 0;
export const HAN = SCRIPTS.indexOf("Han");
export const INHERITED = SCRIPTS.indexOf("Inherited");

const HIRAGANA = SCRIPTS.indexOf("Hiragana");
const KATAKANA = SCRIPTS.indexOf("Katakana");
const LONG_VOWEL_MARK = 0x30fc; // Common in Unicode, part of Katakana words

const patterns = SCRIPTS.map((script) => {
  try {
    return new RegExp(`\\p{Script=${script}}`, "u");
  } catch {
    return undefined;
  }
});

/** A number for the script of a character; Hiragana and Katakana count as Han. */
export function scriptOf(character: string): number {
  if (character.codePointAt(0) === LONG_VOWEL_MARK) return HAN;
  const script = patterns.findIndex((pattern) => pattern?.test(character));
  return script === HIRAGANA || script === KATAKANA ? HAN : Math.max(script, COMMON);
}
