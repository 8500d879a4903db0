import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { copyFromTensors, copyToVariables } from "./copy_values.ts";
import { selectDevice } from "./device.ts";

for (const device of ["wasm", "cpu"] as const) {
  Deno.test(`copyFromTensors(), copyToVariables() move values through shared memory, ${device}`, async () => {
    await selectDevice({ prefer: device });
    const initial = [tf.tensor2d([[1, 2], [3, 4]]), tf.scalar(5), tf.tensor1d([6, 7, 8])];
    const variables = initial.map((tensor) => tf.variable(tensor));
    const before = tf.memory().numTensors;
    const array = new Float32Array(new SharedArrayBuffer(40)).subarray(1, 9);
    await copyFromTensors(variables, array);
    assertEquals([...array], [1, 2, 3, 4, 5, 6, 7, 8]);
    copyToVariables(array.map((value) => value + 0.5), variables);
    array.fill(0);
    assertEquals([...await variables[0].data()], [1.5, 2.5, 3.5, 4.5]);
    assertEquals([...await variables[2].data()], [6.5, 7.5, 8.5]);
    // Tensors that share data with a variable keep their values.
    assertEquals([...await initial[2].data()], [6, 7, 8]);
    assertEquals(tf.memory().numTensors, before);
    await assertRejects(
      () => copyFromTensors(variables, array.subarray(1)),
      RangeError,
      "8 values",
    );
    assertThrows(() => copyToVariables(array.subarray(1), variables), RangeError, "7 of an array");
    tf.dispose([initial, variables]);
  });
}
