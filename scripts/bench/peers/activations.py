"""The largest activations at the input of every product, over some translated sentences."""
import numpy as np
import onnxruntime
from onnx import helper

from export_onnx import marian_decoder, marian_encoder


def session_with_inputs_of_products(graph):
    """Names of the graph's own outputs, of the products, and a session that gives both."""
    known = {value.name for value in graph.outputs}
    taps = sorted(set(graph.products.values()) - known)
    model = graph.model("activations")
    model.graph.output.extend([helper.make_empty_tensor_value_info(name) for name in taps])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])


class Recorder:
    def __init__(self, graph):
        self.graph, self.session = graph, session_with_inputs_of_products(graph)
        self.names = [value.name for value in self.session.get_outputs()]
        self.largest = {}

    def run(self, feeds):
        values = dict(zip(self.names, self.session.run(None, feeds)))
        for product, name in self.graph.products.items():
            seen = float(np.abs(values[name]).max())
            self.largest[product] = max(self.largest.get(product, 0), seen)
        return values


def largest_activations(checkpoint, sentences, new_tokens):
    """Product's name -> the largest absolute value of its input."""
    encoder, decoder = Recorder(marian_encoder(checkpoint)), Recorder(marian_decoder(checkpoint))
    config = checkpoint.config
    heads = config["decoder_attention_heads"]
    for ids in sentences:
        bias = np.zeros((1, 1, 1, len(ids)), np.float32)
        memory = encoder.run({"ids": np.array([ids], np.int64), "bias": bias})
        feeds = {name: value for name, value in memory.items() if name.startswith("memory")}
        feeds["bias"] = bias
        none = np.zeros((1, heads, 0, config["d_model"] // heads), np.float32)
        past = [value.name for value in decoder.graph.inputs if value.name.startswith("past_")]
        feeds |= {name: none for name in past}
        feeds["ids"] = np.array([[config["decoder_start_token_id"]]], np.int64)
        for _ in range(new_tokens):
            step = decoder.run(feeds)
            feeds["ids"] = step["best"]
            if step["best"][0, 0] == config["eos_token_id"]:
                break
            feeds |= {name: step[name.replace("past", "present")] for name in past}
    return encoder.largest | decoder.largest
