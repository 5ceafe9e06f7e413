"""A link between two network namespaces whose packets arrive later: NAMESPACE DEVICE NAMESPACE DEVICE MILLISECONDS."""

import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
QUEUE = 2000  # packets; what does not fit is lost, as on a real link


def end(namespace, device):
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", device, "netns", namespace], check=True)
    return file


def main():
    ends = [end(sys.argv[1], sys.argv[2]), end(sys.argv[3], sys.argv[4])]
    later = int(sys.argv[5]) / 1000
    queues = {ends[0]: collections.deque(), ends[1]: collections.deque()}
    print("link is there", flush=True)
    while True:
        due = [queue[0][0] for queue in queues.values() if queue]
        wait = max(0, min(due) - time.monotonic()) if due else None
        for file in select.select(ends, [], [], wait)[0]:
            try:
                packet = os.read(file, 65536)
            except OSError:
                continue
            queue = queues[ends[1] if file == ends[0] else ends[0]]
            if len(queue) < QUEUE:
                queue.append((time.monotonic() + later, packet))
        now = time.monotonic()
        for file, queue in queues.items():
            while queue and queue[0][0] <= now:
                try:
                    os.write(file, queue.popleft()[1])
                except OSError:
                    pass


main()
