/** An isolate as its inspector shows it. */
export interface Isolate {
  /** Bytes of the memory of its array buffers. */
  backingStores(): Promise<number>;
  close(): void;
}

/** Connects to the inspector of `wrangler dev`, which allows one connection at a time. */
export async function inspectIsolate(port: number): Promise<Isolate> {
  // The inspector refuses a connection without an origin of this machine.
  const headers = { origin: 'http://127.0.0.1' };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers } as never);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no inspector on port ${port}`));
  });
  const answers = new Map<number, (result: HeapUsage) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: HeapUsage };
    answers.get(id)?.(result);
    answers.delete(id);
  };
  let last = 0;
  return {
    async backingStores() {
      const id = ++last;
      const answer = new Promise<HeapUsage>((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ id, method: 'Runtime.getHeapUsage' }));
      return (await answer).backingStorageSize;
    },
    close: () => socket.close(),
  };
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#method-getHeapUsage */
interface HeapUsage {
  readonly backingStorageSize: number;
}
