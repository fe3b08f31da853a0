import type { DevVars } from '../dev-vars.ts';
import type { OutboundNetworks } from '../outbound.ts';

/** The first message to the simulator's process. */
export interface ToSimulator {
  readonly state: string;
  /** The private folder of this run. */
  readonly folder: string;
  /** Where the sockets are. */
  readonly sockets: string;
  readonly vars: DevVars;
  /** Bytes that pushes leave free on the disk; null: what suits the disk. */
  readonly freeSpace: number | null;
  /** Where requests of the Worker may go. */
  readonly outbound: OutboundNetworks;
  /** Prints all that the Worker logs, not only its errors. */
  readonly verbose: boolean;
}

/** What it says. */
export type FromSimulator = 'ready' | { readonly failed: string };
