import { assertEquals } from "@std/assert";
import { TranslationService } from "../service.ts";
import { fakeModels } from "../testing/fake_models.ts";
import { testOnEachDatabase } from "./testing/each_database.ts";
import { TranslationCache } from "./translation_cache.ts";

testOnEachDatabase("the cache keeps translations, the newest, each model's own", async (open) => {
  const store = await open();
  const asked: string[] = [];
  const onBatch = ({ rows }: { rows: readonly string[] }) => asked.push(...rows);
  using models = fakeModels({ onBatch });
  const service = new TranslationService(models, new TranslationCache(store.database, 3));
  const { signal } = new AbortController();
  const translate = async (texts: string[], more = {}) => {
    asked.length = 0;
    const request = { texts, source: "en", target: "de", alternatives: 0, client: "a", signal };
    const results = await service.translate({ ...request, textsOnly: true, ...more });
    await new Promise((resolve) => setTimeout(resolve, 200)); // it is kept behind the answer
    return results.map(({ text }) => text);
  };
  const kept = async () =>
    (await store.database.query("SELECT translation FROM heed.translation ORDER BY used_at"))
      .map(({ translation }) => translation);

  assertEquals(await translate(["one", "two"]), ["ONE", "TWO"]);
  assertEquals(await translate(["two", "new", "one"]), ["TWO", "NEW", "ONE"]);
  assertEquals(asked, ["new"]);
  await translate(["one"], { source: "de", target: "en" });
  assertEquals(asked.includes("one"), true); // another model's
  await translate(["two"], { textsOnly: false });
  assertEquals(asked, ["two"]); // whoever wants scores gets them
  await translate(["a", "b", "c", "d"]);
  assertEquals((await kept()).length, 3);
  await store.close();
  assertEquals(await translate(["away"]), ["AWAY"]);
});
