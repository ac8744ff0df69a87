"""Two processes with half of a batch each have the gradients of one with all of it."""

import subprocess
import sys

import torch

SCRIPT = '''
import os
import sys
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from schur import nn

rank, store, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
torch.set_num_threads(1)


def network():
    return nn.Sequential(
        nn.Conv("C4: 1 trivial", "2 regular", 5, seed=1),
        nn.Pointwise("C4: 2 regular", "elu"),
        nn.Conv("C4: 2 regular", "2 regular", 3, bias=True, seed=2),
        nn.GroupPool("C4: 2 regular"),
        nn.GlobalPool("C4: 2 trivial", kind="average"),
    )


x = torch.randn(8, 1, 11, 11, generator=torch.Generator().manual_seed(0))
dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
net = DistributedDataParallel(network())
net(x[rank::2]).square().mean().backward()
if rank == 0:
    alone = network()
    alone(x).square().mean().backward()
    pairs = zip(net.module.parameters(), alone.parameters())
    defect = max(float((a.grad - b.grad).norm() / b.grad.norm()) for a, b in pairs)
    open(out, "w").write(str(defect))
dist.barrier()
dist.destroy_process_group()
# Threads of gloo may outlive the group, which ends a process that takes its time to end.
os._exit(0)
'''

#: Round-off of means over another order of images.
CLOSE = 1e-6


def test_gradients_of_two_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    store, out = tmp_path / "store", tmp_path / "defect"
    assert torch.distributed.is_available()
    workers = [
        subprocess.Popen(
            [sys.executable, str(script), str(rank), str(store), str(out)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    errors = [worker.communicate(timeout=120)[1] for worker in workers]
    assert all(worker.returncode == 0 for worker in workers), errors
    assert float(out.read_text()) < CLOSE
