// Prints what the WASM device multiplies by, for the test that runs it with few permissions.
import { selectDevice } from "../device.ts";

const { blas, blasReason } = await selectDevice({ prefer: "wasm" });
console.log(JSON.stringify({ blas, blasReason }));
