import { files, joinPath } from "@heed/checkpoint";
import { openModel } from "@heed/model";
import { type PipelineTokenizer, trainTokenizer } from "@heed/tokenizer";
import { openBlocks, type TextData, type TextDocument } from "@heed/training";
import type { PretrainingConfig } from "./pretraining_config.ts";
import { copyTokenizer, readTokenizer } from "./tokenizer_files.ts";

/** Ids of the tokens that a BERT-like vocabulary must have. */
export interface SpecialTokens {
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
  readonly pad: number;
  readonly all: ReadonlySet<number>;
}

/** Finds them; refuses a vocabulary that lacks one. */
export function specialTokens(tokenizer: PipelineTokenizer): SpecialTokens {
  const id = (...names: string[]) => {
    for (const name of names) {
      const found = tokenizer.tokenToId(name);
      if (found !== undefined) return found;
    }
    throw new RangeError(
      `Cannot pre-train with this tokenizer: its vocabulary has no ${names.join(" or ")}`,
    );
  };
  return {
    cls: id("[CLS]", "<s>"),
    sep: id("[SEP]", "</s>"),
    mask: id("[MASK]", "<mask>"),
    pad: id("[PAD]", "<pad>"),
    all: new Set(tokenizer.addedTokens.filter(({ special }) => special).map(({ id }) => id)),
  };
}

/** The tokenizer of the configuration, and what writes it beside a model. */
export async function prepareTokenizer(
  { tokenizer: wanted, initialCheckpoint, output }: PretrainingConfig,
  { data, resume, signal }: {
    data: TextData<TextDocument>;
    resume: boolean;
    signal: AbortSignal | undefined;
  },
): Promise<{ tokenizer: PipelineTokenizer; save: (directory: string) => Promise<void> }> {
  const own = joinPath(output, "tokenizer");
  const from = initialCheckpoint ?? (wanted && "path" in wanted ? wanted.path : own);
  const isLearnt = from === own;
  if (isLearnt && !(resume && await files.exists(joinPath(own, "tokenizer.json")))) {
    const { vocabSize, lowercase, maxLines } = wanted as
      & Exclude<typeof wanted, { path: string }>
      & object;
    const bytes = await trainTokenizer(someLines(data, maxLines), {
      type: "wordpiece",
      vocabSize,
      lowercase,
      ending: ".json",
      signal,
    });
    await files.makeDirectory(own);
    await files.writeAtomic(joinPath(own, "tokenizer.json"), bytes as Uint8Array<ArrayBuffer>);
    const [unk, pad, cls, sep, mask] = ["UNK", "PAD", "CLS", "SEP", "MASK"].map((n) => `[${n}]`);
    const described = {
      tokenizer_class: "BertTokenizer",
      do_lower_case: lowercase,
      unk_token: unk,
      pad_token: pad,
      cls_token: cls,
      sep_token: sep,
      mask_token: mask,
    };
    const text = JSON.stringify(described, null, 2) + "\n";
    await files.writeAtomic(
      joinPath(own, "tokenizer_config.json"),
      new TextEncoder().encode(text),
    );
  }
  const directory = await openModel(from);
  const tokenizer = await readTokenizer(directory);
  tokenizer.padding = undefined;
  tokenizer.truncation = undefined;
  return { tokenizer, save: (to) => copyTokenizer(directory, to) };
}

/** Lines spread over the whole data, which may be sorted by origin. */
async function* someLines(data: TextData<TextDocument>, maxLines: number): AsyncGenerator<string> {
  const reader = openBlocks(data);
  try {
    const stride = Math.max(1, Math.floor(data.lines / maxLines));
    for (let block = 0; block < data.blocks.length; block += stride) {
      for (const document of await reader.read(block)) {
        if (document.problem === undefined) yield document.text;
      }
    }
  } finally {
    await reader.close();
  }
}
