"""Two processes with half of a batch each have the gradients of one with all of it: on one host,
and on two, which are two network namespaces."""

import contextlib
import os
import shutil
import subprocess
import sys

import pytest
import torch

SCRIPT = '''
import os
import sys
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from schur import nn

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
dist.init_process_group("gloo")
rank = dist.get_rank()
assert dist.get_world_size() == 2
net = DistributedDataParallel(network())
net(x[rank::2]).square().mean().backward()
if rank == 0:
    alone = network()
    alone(x).square().mean().backward()
    pairs = zip(net.module.parameters(), alone.parameters())
    defect = max(float((a.grad - b.grad).norm() / b.grad.norm()) for a, b in pairs)
    open(sys.argv[1], "w").write(str(defect))
dist.barrier()
dist.destroy_process_group()
# Threads of gloo may outlive the group, which ends a process that takes its time to end.
os._exit(0)
'''

#: Round-off of means over another order of images.
CLOSE = 1e-6




def run(tmp_path, commands):
    """Runs the script by all commands at once; what rank 0 found."""
    script, out = tmp_path / "script.py", tmp_path / "defect"
    script.write_text(SCRIPT)
    workers = [
        subprocess.Popen([*command, str(script), str(out)], stderr=subprocess.PIPE, text=True)
        for command in commands
    ]
    errors = [worker.communicate(timeout=120)[1] for worker in workers]
    assert all(worker.returncode == 0 for worker in workers), errors
    return float(out.read_text())


TORCHRUN = [sys.executable, "-m", "torch.distributed.run"]


def test_gradients_of_two_processes(tmp_path):
    assert torch.distributed.is_available()
    assert run(tmp_path, [[*TORCHRUN, "--standalone", "--nproc-per-node=2"]]) < CLOSE


@contextlib.contextmanager
def two_hosts():
    """Two network namespaces with a wire between them; skipped where they are not allowed."""
    if not shutil.which("ip"):
        pytest.skip("two hosts need the command `ip` (iproute2)")
    names = [f"schur{os.getpid()}{end}" for end in "ab"]

    def ip(*words):
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"network namespaces are not allowed here: {done.stderr.strip()}")

    try:
        for name in names:
            ip("netns", "add", name)
        ends = [arg for name in names for arg in ("name", "wire", "netns", name)]
        ip("link", "add", *ends[:4], "type", "veth", "peer", *ends[4:])
        for index, name in enumerate(names):
            ip("-n", name, "address", "add", f"10.77.0.{index + 1}/24", "dev", "wire")
            ip("-n", name, "link", "set", "wire", "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def test_gradients_of_two_hosts(tmp_path):
    rendezvous = ["--nnodes=2", "--nproc-per-node=1"]
    rendezvous += ["--master-addr=10.77.0.1", "--master-port=29500"]
    with two_hosts() as names:
        commands = [
            ["ip", "netns", "exec", name, "env", "GLOO_SOCKET_IFNAME=wire"]
            + [*TORCHRUN, *rendezvous, f"--node-rank={rank}"]
            for rank, name in enumerate(names)
        ]
        assert run(tmp_path, commands) < CLOSE
