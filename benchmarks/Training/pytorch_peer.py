"""PyTorch's side of `benchmarks/Training --part device`: the training loop as it is written in Python, in a process of its own.

Arguments: cell (Lstm, Gru, Elman), F, H, T, rows of a batch, batches, device. It reads a line and answers with one: `turn P M`, the microseconds a
row of a turn of at least M milliseconds; P is Full, TensorFloat32 or BFloat16. Batches are random and lie ready on the device. Adam is PyTorch's fused one,
its fastest; no loss is read, which would only cost it time.
"""
import sys
import time

import torch
from torch import nn

CLASSES = 3
LEARNING_RATE = 1e-3
LAYERS = {"Lstm": nn.LSTM, "Gru": nn.GRU, "Elman": nn.RNN}


class Network(nn.Module):
    def __init__(self, cell, features, units):
        super().__init__()
        self.rnn = LAYERS[cell](features, units)
        self.head = nn.Linear(units, CLASSES)

    def forward(self, steps):
        return self.head(self.rnn(steps)[0][-1])


class Loop:
    def __init__(self, cell, features, units, device, precision):
        self.precision = precision
        self.device = torch.device(device)
        self.network = Network(cell, features, units).to(self.device)
        self.adam = torch.optim.Adam(self.network.parameters(), LEARNING_RATE, fused=True)

    def turn(self, batches, milliseconds):
        """Trains over batches until they have taken so long; microseconds a row. One batch before is not timed."""
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = self.precision == "TensorFloat32"
        self.step(*batches[0])
        self.wait()
        rows = 0
        start = time.perf_counter()
        while True:
            for steps, classes in batches:
                self.step(steps, classes)
                rows += len(classes)
            if 1000 * (time.perf_counter() - start) >= milliseconds:
                self.wait()
                return 1e6 * (time.perf_counter() - start) / rows

    def step(self, steps, classes):
        self.adam.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "BFloat16"):
            logits = self.network(steps)
        nn.functional.cross_entropy(logits.float(), classes).backward()
        self.adam.step()

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def main(cell, features, units, steps, rows, count, device):
    batches = [
        (torch.randn(steps, rows, features, device=device), torch.randint(CLASSES, (rows,), device=device)) for _ in range(count)
    ]
    loops = {precision: Loop(cell, features, units, device, precision) for precision in ("Full", "TensorFloat32", "BFloat16")}
    for line in sys.stdin:
        _, precision, milliseconds = line.split()
        print(repr(loops[precision].turn(batches, float(milliseconds))), flush=True)


main(sys.argv[1], *map(int, sys.argv[2:7]), sys.argv[7])
