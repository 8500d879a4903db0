"""A Hugging Face model directory as float32 arrays, for the exports beside this file."""
import json
import os

import numpy as np
from safetensors.numpy import load_file


class Checkpoint:
    def __init__(self, directory):
        with open(os.path.join(directory, "config.json")) as file:
            self.config = json.load(file)
        loaded = load_file(os.path.join(directory, "model.safetensors"))
        prefixes = ("model.", "bert.")
        self.weights = {}
        for name, array in loaded.items():
            for prefix in prefixes:
                name = name.removeprefix(prefix)
            self.weights[name] = array.astype(np.float32)

    def __getitem__(self, name):
        return self.weights[name]

    def linear(self, name):
        """Weight `[in, out]` and bias `[out]`."""
        return np.ascontiguousarray(self[name + ".weight"].T), self[name + ".bias"]

    def norm(self, name):
        return self[name + ".weight"], self[name + ".bias"]

    @property
    def logits_bias(self):
        """Bias of the output with the token that is never generated, padding, ruled out."""
        vocabulary = self.config["vocab_size"]
        bias = self.weights.get("final_logits_bias", np.zeros((1, vocabulary), np.float32))
        bias = bias.reshape(-1).copy()
        bias[self.config["pad_token_id"]] = -1e9
        return bias


def sinusoids(positions, width):
    """Marian's positions: the sines, then the cosines."""
    half = np.arange((width + 1) // 2)
    angles = np.arange(positions)[:, None] / np.power(10000, 2 * half / width)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)[:, :width]
