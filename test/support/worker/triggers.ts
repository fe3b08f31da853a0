import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { vi } from 'vitest';
import type { TriggerAction } from '../../../src/domain/triggers/action.ts';
import { deliveriesName } from '../../../src/domain/triggers/delivery.ts';
import { ADMIN_CALLER, type Answer, call, expectAnswer, type Page } from './api-client.ts';
import { unique } from './content.ts';
import { bindings, query } from './database.ts';
import { makePlace } from './people.ts';
import { pushImage } from './push.ts';

export const HOST = 'https://receiver.example.com';

export const ACTION: TriggerAction = {
  method: 'POST',
  url: `${HOST}/hook`,
  headers: [],
  contentType: 'application/json',
  body: '{"tag": "{{tag}}", "digest": "{{digest}}"}',
  latestOnly: false,
};

/** What the API takes for a trigger. */
export function rules(change: Readonly<Record<string, unknown>> = {}) {
  const { action, ...rest } = change;
  return {
    name: unique('trigger'),
    workspace: null,
    enabled: true,
    events: ['image.pushed'],
    images: [],
    tags: [],
    action: { ...ACTION, ...(action as object) },
    ...rest,
  };
}

export interface Trigger extends ReturnType<typeof rules> {
  readonly id: number;
  readonly hasSecret: boolean;
  readonly pausedAt: string | null;
  readonly pauseReason: string | null;
  readonly signingSecret: string;
}

export interface LogEntry {
  readonly id: number;
  readonly kind: string;
  readonly outcome: string;
  readonly eventId: string;
  readonly subject: string;
  readonly attempt: number;
  readonly request: { url: string; headers: Record<string, string>; body: string } | null;
  readonly answer: { status: number; body: string } | null;
  readonly error: string | null;
}

/** A trigger of a project and its deliveries. */
export class TestTrigger {
  readonly project: number;
  readonly made: Trigger;

  private constructor(project: number, made: Trigger) {
    this.project = project;
    this.made = made;
  }

  static async make(project: number, change: Readonly<Record<string, unknown>> = {}) {
    const path = `/projects/${project}/triggers`;
    const answer = await call<Trigger>(ADMIN_CALLER, 'POST', path, rules(change));
    return new TestTrigger(project, expectAnswer(answer, 201));
  }

  get path(): string {
    return `/projects/${this.project}/triggers/${this.made.id}`;
  }

  get stub() {
    const { TRIGGERS } = bindings;
    return TRIGGERS.get(TRIGGERS.idFromName(deliveriesName(this.made.id)));
  }

  async call<T>(method: string, rest = '', body?: unknown): Promise<Answer<T>> {
    return await call<T>(ADMIN_CALLER, method, `${this.path}${rest}`, body);
  }

  async view(): Promise<Trigger> {
    return expectAnswer(await this.call<Trigger>('GET'), 200);
  }

  /** Its log, oldest first. */
  async log(): Promise<LogEntry[]> {
    const answer = await this.call<Page<LogEntry>>('GET', '/deliveries?limit=100');
    return expectAnswer(answer, 200).items.reverse();
  }

  /** The events that wait for it, in order. */
  async waiting(): Promise<string[]> {
    const rows = await query<{ event_id: string }>(
      'SELECT event_id FROM trigger_events WHERE trigger_id = ? ORDER BY id',
      this.made.id,
    );
    return rows.map((row) => row.event_id);
  }

  async alarmTime(): Promise<number | null> {
    return await runInDurableObject(this.stub, (_, { storage }) => storage.getAlarm());
  }

  /** Waits until a Worker has told its object, after an answer, that events wait. */
  async untilWoken(): Promise<void> {
    while ((await this.alarmTime()) === null) await scheduler.wait(5);
  }

  /** Runs the alarms that are set until `until` from now, each at its time. */
  async run(until = 0): Promise<void> {
    const end = Date.now() + until;
    for (;;) {
      const at = await this.alarmTime();
      if (at === null || at > Math.max(end, Date.now())) break;
      if (at > Date.now()) vi.setSystemTime(at);
      await runDurableObjectAlarm(this.stub);
    }
    if (end > Date.now()) vi.setSystemTime(end);
  }
}

/** An endpoint of the tests, in place of the internet. */
export class Receiver {
  readonly requests: Request[] = [];
  readonly bodies: string[] = [];
  answer: (request: Request, body: string) => Response | Promise<Response> = () =>
    new Response('thanks');

  /** Takes the requests to HOST until the mocks are restored. */
  open(): this {
    const { fetch } = globalThis;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      if (!request.url.startsWith(HOST)) return await fetch(input, init);
      const body = await request.clone().text();
      this.requests.push(request);
      this.bodies.push(body);
      return await this.answer(request, body);
    });
    return this;
  }

  get ids(): (string | null)[] {
    return this.requests.map(({ headers }) => headers.get('webhook-id'));
  }
}

/** A workspace whose project has a trigger, and pushes to it that wake the trigger. */
export async function makeTriggerPlace(change: Readonly<Record<string, unknown>> = {}) {
  const { workspace, project } = await makePlace();
  const trigger = await TestTrigger.make(project, change);
  const push = async (image: string, tag: string) => {
    const { digest } = await pushImage(`${workspace}/${image}`, tag);
    if ((await trigger.waiting()).length > 0) await trigger.untilWoken();
    return digest;
  };
  return { workspace, project, trigger, push };
}
