"""Times training steps of a GPT in PyTorch on one CPU thread, with the update: one line of JSON.

    python3 scripts/bench/gpt_pytorch.py SETTINGS

The same layers, batch and update as scripts/bench/gpt_training_step.ts: fused attention, fused AdamW, clipped gradients.
"""

import json
import os
import sys
import time

# Thread counts are read when the libraries are loaded, so they are set before torch is.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

SETTINGS = json.loads(sys.argv[1])
VOCAB, WIDTH, HEADS = SETTINGS["vocabSize"], SETTINGS["hiddenSize"], SETTINGS["numHeads"]


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.before_attention, self.before_inner = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.fused, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        batch, length, _ = x.shape
        parts = self.fused(self.before_attention(x)).split(WIDTH, dim=2)
        query, key, value = (p.view(batch, length, HEADS, -1).transpose(1, 2) for p in parts)
        context = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.output(context.transpose(1, 2).reshape(batch, length, WIDTH))
        return x + self.down(F.gelu(self.up(self.before_inner(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCAB, WIDTH)
        self.positions = nn.Embedding(SETTINGS["maxPositionEmbeddings"], WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(SETTINGS["numHiddenLayers"]))
        self.last = nn.LayerNorm(WIDTH)

    def forward(self, ids, labels):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        for layer in self.layers:
            x = layer(x)
        logits = self.last(x) @ self.tokens.weight.T
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten())


torch.set_num_threads(1)
torch.manual_seed(1)
model = Gpt()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1, fused=True)
rows, length = SETTINGS["rows"], SETTINGS["length"]
ids = (torch.arange(rows)[:, None] * 7919 + torch.arange(length)[None] * 104729) % VOCAB
times = []
for _ in range(SETTINGS["steps"]):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss = model(ids[:, :-1], ids[:, 1:])
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    loss.item()
    times.append((time.perf_counter() - start) * 1e3)
parameters = sum(p.numel() for p in model.parameters())
print(json.dumps({"ms": min(times), "parameters": parameters, "program": f"PyTorch {torch.__version__}"}))
