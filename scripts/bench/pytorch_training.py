"""Times training steps of PyTorch on the model of `deno task bench:training`.

    python3 scripts/bench/pytorch_training.py --threads 1

An encoder-decoder Transformer in MarianMT's shape: post-norm, relu, sinusoidal positions, one matrix
for source, target and output. Written as one would for speed: fused projections, PyTorch's own
attention where it has one, a fused or foreach optimizer. Runs on Debian's python3-torch (install
libopenblas0-pthread, or it uses slow reference BLAS) and on PyPI's torch.

Prints one line of JSON. With `--threads 1` every library is told so before it is loaded; to be sure
of the core as well, start it with `taskset -c 0`.
"""

import argparse
import json
import math
import os
import re
import resource
import statistics
import time


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20, help="timed steps")
    parser.add_argument("--warmup", type=int, default=3, help="steps before them")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=32, help="tokens of source and of target")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--ffn", type=int, default=1024)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--layers", type=int, default=3, help="of the encoder and of the decoder")
    parser.add_argument("--vocab", type=int, default=8000)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


# Thread counts are read when the libraries are loaded, so they are set before torch is.
ARGUMENTS = parse_arguments()
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = str(ARGUMENTS.threads)

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

OWN_ATTENTION = hasattr(F, "scaled_dot_product_attention")  # since 2.0


def attend(query, key, value, causal_bias):
    """Attention over [batch, heads, length, head_dim]; `causal_bias` is None for no mask."""
    if OWN_ATTENTION:
        return F.scaled_dot_product_attention(query, key, value, is_causal=causal_bias is not None)
    scores = torch.matmul(query * (query.shape[-1] ** -0.5), key.transpose(-1, -2))
    if causal_bias is not None:
        scores = scores + causal_bias
    return torch.matmul(scores.softmax(-1), value)


class Attention(nn.Module):
    """Self-attention with one projection for query, key and value; or cross-attention."""

    def __init__(self, hidden: int, heads: int, cross: bool):
        super().__init__()
        self.heads, self.cross = heads, cross
        self.query = nn.Linear(hidden, hidden) if cross else None
        self.project = nn.Linear(hidden, (2 if cross else 3) * hidden)
        self.out = nn.Linear(hidden, hidden)

    def forward(self, x, memory=None, causal_bias=None):
        batch, length, hidden = x.shape
        if self.cross:
            query = self.query(x)
            key, value = self.project(memory).chunk(2, dim=-1)
        else:
            query, key, value = self.project(x).chunk(3, dim=-1)
        query, key, value = (
            t.view(batch, t.shape[1], self.heads, -1).transpose(1, 2) for t in (query, key, value)
        )
        context = attend(query, key, value, causal_bias)
        return self.out(context.transpose(1, 2).reshape(batch, length, hidden))


class Layer(nn.Module):
    """Post-norm: every sub-layer is followed by dropout, the residual sum and a layer norm."""

    def __init__(self, options, decoder: bool):
        super().__init__()
        hidden = options.hidden
        self.dropout = options.dropout
        self.self_attention = Attention(hidden, options.heads, cross=False)
        self.self_norm = nn.LayerNorm(hidden)
        self.cross_attention = Attention(hidden, options.heads, cross=True) if decoder else None
        self.cross_norm = nn.LayerNorm(hidden) if decoder else None
        self.fc1 = nn.Linear(hidden, options.ffn)
        self.fc2 = nn.Linear(options.ffn, hidden)
        self.final_norm = nn.LayerNorm(hidden)

    def add(self, x, y):
        return x + F.dropout(y, self.dropout, self.training)

    def forward(self, x, memory=None, causal_bias=None):
        x = self.self_norm(self.add(x, self.self_attention(x, causal_bias=causal_bias)))
        if self.cross_attention is not None:
            x = self.cross_norm(self.add(x, self.cross_attention(x, memory)))
        return self.final_norm(self.add(x, self.fc2(F.relu(self.fc1(x)))))


def sinusoids(length: int, hidden: int) -> torch.Tensor:
    """Marian's order: all sines, then all cosines."""
    frequencies = 10000.0 ** (-torch.arange(0, hidden, 2, dtype=torch.float32) / hidden)
    angles = torch.arange(length, dtype=torch.float32)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Transformer(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.dropout = options.dropout
        self.scale = math.sqrt(options.hidden)
        self.shared = nn.Parameter(torch.empty(options.vocab, options.hidden))
        self.output_bias = nn.Parameter(torch.zeros(options.vocab))
        self.encoder = nn.ModuleList(Layer(options, False) for _ in range(options.layers))
        self.decoder = nn.ModuleList(Layer(options, True) for _ in range(options.layers))
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


def make_optimizer(parameters, learning_rate: float):
    """Adam in the fastest form that this version has for the CPU."""
    options = {"lr": learning_rate, "betas": (0.9, 0.98), "eps": 1e-9}
    for form in ({"fused": True}, {"foreach": True}):
        try:
            return torch.optim.Adam(parameters, **options, **form), next(iter(form))
        except (RuntimeError, TypeError, ValueError):
            continue  # fused Adam came to the CPU in 2.4
    return torch.optim.Adam(parameters, **options), "plain"


def gemm_gflops(size: int = 1024) -> float:
    """Speed of one square product in float32: the best of ten, so that noise does not count."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    best = math.inf
    with torch.no_grad():
        for _ in range(10):
            start = time.perf_counter()
            torch.mm(a, b)
            best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


def blas_name() -> str:
    """The BLAS behind torch: built in, or for Debian's generic build the library that is loaded."""
    built_with = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    if built_with and built_with[1] != "generic":
        return built_with[1]
    with open("/proc/self/maps") as maps:
        text = maps.read()
    for pattern in (r"/lib((?:openblas|mkl_rt|blis)[^/\s]*)", r"/lib(blas\.so[^/\s]*)"):
        names = set(re.findall(pattern, text))
        if names:
            return ", ".join(sorted(names))
    return "unknown"


def main() -> None:
    options = ARGUMENTS
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(options.seed)
    model = Transformer(options).train()
    parameters = list(model.parameters())
    optimizer, form = make_optimizer(parameters, options.learning_rate)

    milliseconds, losses = [], []
    for step in range(options.warmup + options.steps):
        source = torch.randint(1, options.vocab, (options.batch, options.length))
        target = torch.cat([torch.zeros_like(source[:, :1]), source[:, :-1]], dim=1)
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = model(source, target)
        loss = F.cross_entropy(
            logits.view(-1, options.vocab), source.view(-1), label_smoothing=0.1
        )
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(round(loss.item(), 4))
        if step >= options.warmup:
            milliseconds.append((time.perf_counter() - start) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    print(
        json.dumps(
            {
                "version": torch.__version__,
                "blas": blas_name(),
                "threads": torch.get_num_threads(),
                "attention": "scaled_dot_product_attention" if OWN_ATTENTION else "composed",
                "optimizer": form,
                "parameters": sum(p.numel() for p in parameters),
                "msPerStep": round(statistics.median(milliseconds), 1),
                "steps": options.steps,
                "losses": losses,
                "peakRssMb": round(peak, 1),
                "gemmGflops": round(gemm_gflops(), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
