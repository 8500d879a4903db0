import type { TranslatorDevice } from "@heed/translation";

/** Says to a person where a model ran, and by what. */
export function ranOn({ name, engine, dtype, threads }: Partial<TranslatorDevice>): string {
  const where = name ?? "an unknown device";
  if (engine === undefined) return where;
  if (engine === "tfjs") return `${where} by tfjs`;
  return `${where} by the engine, ${dtype}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}
