import { bindings } from './database.ts';

/** What D1 reports of each query: workerd keeps it with the result, even if callers drop it. */
interface Session {
  _send: (...query: unknown[]) => Promise<Sent | Sent[]>;
}

interface Sent {
  readonly meta?: { readonly rows_read?: number };
}

/** Runs something and returns how many rows D1 read meanwhile, for all requests. */
export async function countRowsRead<T>(run: () => Promise<T>): Promise<[T, number]> {
  const { alwaysPrimarySession } = bindings.DB as unknown as { alwaysPrimarySession: Session };
  const session: Session = Object.getPrototypeOf(Object.getPrototypeOf(alwaysPrimarySession));
  const send = session._send;
  let rows = 0;
  let queries = 0;
  session._send = async function counted(...query) {
    const sent = await send.apply(this, query);
    for (const { meta } of [sent].flat()) rows += meta?.rows_read ?? 0;
    queries++;
    return sent;
  };
  try {
    const answer = await run();
    if (queries === 0) throw new Error('no query was seen');
    return [answer, rows];
  } finally {
    session._send = send;
  }
}
