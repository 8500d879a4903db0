"""What lesson_classifier.ts does, in PyTorch: the same ids, order, sizes, optimizer and dropout of the states.

    python scripts/bench/lesson_classifier.py IDS.json [THREADS] [STEPS]

IDS.json is written by lesson_classifier.ts. Needs torch.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn

LENGTH, BATCH, HIDDEN, HEADS, HEAD_DIM, LABELS = 256, 128, 32, 2, 32, 4


class Classifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        width = HEADS * HEAD_DIM
        self.tokens, self.positions = nn.Embedding(20_000, HIDDEN), nn.Embedding(LENGTH, HIDDEN)
        self.query, self.key, self.value = (nn.Linear(HIDDEN, width) for _ in range(3))
        self.attended = nn.Linear(width, HIDDEN)
        self.norms = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(2))
        self.up, self.down = nn.Linear(HIDDEN, 32), nn.Linear(32, HIDDEN)
        self.dense, self.output = nn.Linear(HIDDEN, 20), nn.Linear(20, LABELS)
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        mask = ids > 0
        x = self.tokens(ids) + self.positions.weight
        batch = len(ids)

        def split(y):
            return y.view(batch, LENGTH, HEADS, HEAD_DIM).transpose(1, 2)

        context = nn.functional.scaled_dot_product_attention(
            split(self.query(x)), split(self.key(x)), split(self.value(x)), attn_mask=mask[:, None, None, :]
        )
        context = context.transpose(1, 2).reshape(batch, LENGTH, -1)
        x = self.norms[0](x + self.drop(self.attended(context)))
        x = self.norms[1](x + self.drop(self.down(torch.relu(self.up(x)))))
        weight = mask[..., None].float()
        mean = (x * weight).sum(1) / weight.sum(1).clamp(min=1)
        return self.output(torch.relu(self.dense(self.drop(mean))))


def main() -> None:
    data = json.load(open(sys.argv[1]))
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    most = int(sys.argv[3]) if len(sys.argv) > 3 else None
    torch.manual_seed(1)
    model = Classifier()
    print(sum(weight.numel() for weight in model.parameters()), "parameters")
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def batch_of(rows):
        ids = torch.tensor([row["ids"] + [0] * (LENGTH - len(row["ids"])) for row in rows])
        return ids, torch.tensor([row["label"] for row in rows])

    times = []
    for epoch, order in enumerate(data["order"], start=1):
        model.train()
        for first in range(0, len(order) - BATCH + 1, BATCH):
            if most is not None and len(times) >= most:
                break
            start = time.perf_counter()
            ids, labels = batch_of([data["training"][i] for i in order[first : first + BATCH]])
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(ids), labels).backward()
            optimizer.step()
            times.append(1000 * (time.perf_counter() - start))
        model.eval()
        right, test = 0, data["test"] if most is None else data["test"][:BATCH]
        with torch.no_grad():
            for first in range(0, len(test), BATCH):
                ids, labels = batch_of(test[first : first + BATCH])
                right += int((model(ids).argmax(1) == labels).sum())
        share = 100 * right / len(test)
        print(f"pass {epoch}: accuracy {share:.2f} %, {statistics.median(times):.1f} ms per step (median)")
        if most is not None:
            break


if __name__ == "__main__":
    main()
