/** Puts the peers into a cache folder, at fixed versions; a peer that cannot be had is named with the reason. */

const PACKAGES = {
  "onnxruntime-web": "npm:onnxruntime-web@1.30.0",
  "onnxruntime-node": "npm:onnxruntime-node@1.30.0",
  "@browsermt/bergamot-translator": "npm:@browsermt/bergamot-translator@0.4.9",
} as const;
const EXPORTERS = [
  "numpy",
  "protobuf",
  "safetensors==0.8.0",
  "sentencepiece==0.2.3",
  "onnx==1.23.2",
  "onnxruntime==1.32.0",
];
const CTRANSLATE2 = "ctranslate2==4.8.5";

/** A package of npm that is raced. */
export type NpmPeer = keyof typeof PACKAGES;

/** Where the peers are. */
export interface Peers {
  /** A Python that has the exporters' packages, and CTranslate2 unless that has a problem. */
  readonly python: string;
  folder(name: NpmPeer): string;
  /** Peer's name -> why it is missing. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Installs what is not there yet. */
export async function installPeers(cache: string): Promise<Peers> {
  const problems = new Map<string, string>();
  const attempt = async (name: string, install: () => Promise<void>) => {
    try {
      await install();
    } catch (error) {
      problems.set(name, (error as Error).message);
    }
  };
  const home = (name: string) => `${cache}/npm/${name.replace(/.*\//, "")}`;
  const folder = (name: NpmPeer) => `${home(name)}/node_modules/${name}`;
  for (const [name, specifier] of Object.entries(PACKAGES)) {
    await attempt(name, () => installPackage(home(name), specifier));
  }
  const python = `${cache}/venv/bin/python`;
  await attempt("exporters", async () => {
    if (!await exists(python)) await run(["python3", "-m", "venv", `${cache}/venv`]);
    await installWheels(python, EXPORTERS);
  });
  await attempt("CTranslate2", () => installWheels(python, [CTRANSLATE2]));
  return { python, folder, problems };
}

/** Installs one package of npm; gives its folder. */
export async function installPeer(cache: string, name: NpmPeer): Promise<string> {
  const home = `${cache}/npm/${name.replace(/.*\//, "")}`;
  await installPackage(home, PACKAGES[name]);
  return `${home}/node_modules/${name}`;
}

/** In a folder with a configuration of its own, so that the project's lock file stays as it is. */
async function installPackage(folder: string, specifier: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({
      workspace: [],
      nodeModulesDir: "auto",
      lock: false,
      imports: { peer: specifier },
    }),
  );
  await run([Deno.execPath(), "install", "--quiet"], folder);
}

async function installWheels(python: string, wheels: readonly string[]): Promise<void> {
  const pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"];
  await run([...pip, ...wheels]);
}

/** Runs a command; what it printed on standard error is the error when it fails. */
export async function run([program, ...args]: readonly string[], cwd?: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, cwd, stdout: "null" })
    .output();
  if (success) return;
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  throw new Error(`${program.replace(/.*\//, "")} ${args[0]} failed: ${lines.at(-1)}`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
