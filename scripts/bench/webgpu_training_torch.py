"""Times training steps of PyTorch on the model of scripts/bench/webgpu_training.ts, on CUDA or the CPU.

    python3 scripts/bench/webgpu_training_torch.py [--device cuda] [--tf32] [--wait]

The layers are those of pytorch_training.py, in float32; `--tf32` lets products use the tensor cores'
shorter mantissa, which WebGPU does not have. Without `--wait` nothing is read back before the last step.

Prints one line of JSON.
"""

import argparse
import json
import math
import os
import sys
import time


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="auto", help="auto, cuda or cpu")
    parser.add_argument("--tf32", action="store_true")
    parser.add_argument("--wait", action="store_true", help="read the loss back in every step")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--steps", type=int, default=20, help="timed steps")
    parser.add_argument("--warmup", type=int, default=3, help="steps before them")
    parser.add_argument("--tokens", type=int, default=4096, help="target tokens of a batch")
    parser.add_argument("--length", type=int, default=32, help="tokens of source and of target")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--ffn", type=int, default=1024)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--encoder-layers", type=int, default=4)
    parser.add_argument("--decoder-layers", type=int, default=2)
    parser.add_argument("--vocab", type=int, default=8000)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


ARGUMENTS = parse_arguments()
# The other script reads its own arguments when it is imported, before torch is loaded.
sys.argv = [sys.argv[0], "--threads", str(ARGUMENTS.threads)]

import torch  # noqa: E402
from pytorch_training import Layer, make_optimizer, sinusoids  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402


class Transformer(nn.Module):
    """MarianMT's shape, with stacks of different depth and one matrix for all three vocabularies."""

    def __init__(self, options):
        super().__init__()
        self.dropout = options.dropout
        self.scale = math.sqrt(options.hidden)
        self.shared = nn.Parameter(torch.empty(options.vocab, options.hidden))
        self.output_bias = nn.Parameter(torch.zeros(options.vocab))
        self.encoder = nn.ModuleList(Layer(options, False) for _ in range(options.encoder_layers))
        self.decoder = nn.ModuleList(Layer(options, True) for _ in range(options.decoder_layers))
        length = options.length
        self.register_buffer("positions", sinusoids(length, options.hidden))
        self.register_buffer("causal_bias", torch.full((length, length), -1e9).triu(1))
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.xavier_uniform_(parameter)
        nn.init.normal_(self.shared, std=options.hidden**-0.5)

    def embed(self, ids):
        x = F.embedding(ids, self.shared) * self.scale + self.positions[: ids.shape[1]]
        return F.dropout(x, self.dropout, self.training)

    def forward(self, source, target):
        memory = self.embed(source)
        for layer in self.encoder:
            memory = layer(memory)
        x = self.embed(target)
        for layer in self.decoder:
            x = layer(x, memory, self.causal_bias)
        return F.linear(x, self.shared, self.output_bias)  # [batch, length, vocab]


def main() -> None:
    options = ARGUMENTS
    name = options.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    cuda = name.startswith("cuda")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.backends.cudnn.allow_tf32 = options.tf32
    device = torch.device(name)
    model = Transformer(options).train().to(device)
    parameters = list(model.parameters())
    optimizer, form = make_optimizer(parameters, 5e-4)
    rows = max(1, round(options.tokens / options.length))
    shape = (rows, options.length)
    batches = [
        tuple(torch.randint(1, options.vocab, shape, device=device) for _ in range(2))
        for _ in range(4)
    ]

    def finish() -> None:
        if cuda:
            torch.cuda.synchronize()

    losses = []

    def step(index: int) -> None:
        source, labels = batches[index % len(batches)]
        target = torch.cat([torch.zeros_like(labels[:, :1]), labels[:, :-1]], dim=1)
        optimizer.zero_grad(set_to_none=True)
        logits = model(source, target)
        loss = F.cross_entropy(
            logits.view(-1, options.vocab), labels.view(-1), label_smoothing=0.1
        )
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item() if options.wait else loss.detach())

    for index in range(options.warmup):
        step(index)
    finish()
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    for index in range(options.steps):
        step(options.warmup + index)
    finish()
    elapsed = time.perf_counter() - start
    tokens = 2 * rows * options.length

    print(
        json.dumps(
            {
                "version": torch.__version__,
                "device": torch.cuda.get_device_name(device) if cuda else "cpu",
                "threads": options.threads,
                "tf32": options.tf32,
                "optimizer": form,
                "parameters": sum(p.numel() for p in parameters),
                "steps": options.steps,
                "tokensPerStep": tokens,
                "msPerStep": elapsed / options.steps * 1000,
                "tokensPerSecond": round(tokens * options.steps / elapsed),
                "deviceMb": round(torch.cuda.max_memory_allocated() / 2**20) if cuda else None,
                "losses": [round(float(loss), 4) for loss in losses],
            }
        )
    )


if __name__ == "__main__":
    main()
