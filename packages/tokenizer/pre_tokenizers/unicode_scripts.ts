import { scriptOf } from "../trainers/_unicode_script.ts";
import { CuttingPreTokenizer } from "./pre_tokenizer.ts";

const ANY = -1; // a space goes with whatever comes before it
const scripts = new Map<string, number>();

/** Splits where the writing system changes; Hiragana and Katakana count as Han. */
export class UnicodeScripts extends CuttingPreTokenizer {
  cut(text: string, cuts: number[]): void {
    let start = -1; // spaces before the first other character are left out
    let last = ANY;
    let at = 0;
    for (const character of text) {
      const script = knownScript(character);
      if (script !== ANY && script !== last) {
        if (start >= 0) cuts.push(start, at);
        start = at;
      }
      if (script !== ANY) last = script;
      at += character.length;
    }
    if (start >= 0) cuts.push(start, at);
  }

  toJSON(): Record<string, unknown> {
    return { type: "UnicodeScripts" };
  }
}

function knownScript(character: string): number {
  if (character === " ") return ANY;
  let script = scripts.get(character);
  if (script === undefined) scripts.set(character, script = scriptOf(character));
  return script;
}
