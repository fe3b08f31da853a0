import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type SessionHeaders, signInToConsole } from '../admin-session.ts';
import { projectRoot } from '../checkout.ts';
import { type Login, type Server, startServer } from '../server.ts';
import { describeWithTools, toolPath } from '../tools.ts';

/** How a page is opened. By default: English, light, a laptop's width, the admin signed in. */
interface PageOptions {
  readonly language?: 'en' | 'zh';
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  /** Who is signed in; null for no one. */
  readonly as?: Login | null;
  /** Origin of the console, for a proxy in front of it. */
  readonly origin?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** A running registry, and Chromium with its console. */
export interface Console {
  readonly server: Server;
  /** The admin, after setting a password. */
  readonly admin: Login;
  readonly browser: Browser;
  /** Opens an address of the console, `/images`, in a browser of its own. */
  open(path: string, options?: PageOptions): Promise<Page>;
  /** Returns what broke in the pages so far, which the test intended, and forgets it. */
  takeFaults(): string[];
  /**
   * Calls the management API as a user, by default the admin, and returns its JSON: with the
   * password, and in a session what takes one.
   * @throws Error if it returns an error
   */
  api<T = Json>(method: string, path: string, body?: unknown, as?: Login): Promise<T>;
}

const ADMIN_PASSWORD = 'a password of the tests 7';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
];

/** A suite in Chromium with its own server; skipped, saying why, if Chromium is missing. */
export function describeConsole(name: string, suite: (held: { current: Console }) => void): void {
  describeWithTools(name, ['chromium'], () => {
    let running: RunningConsole | undefined;
    beforeAll(async () => {
      running = await RunningConsole.start();
    });
    afterEach(async () => {
      await running?.closePages();
    });
    afterAll(async () => {
      await running?.stop();
    });
    suite({
      get current() {
        if (!running) throw new Error('the console runs inside tests only');
        return running;
      },
    });
  });
}

class RunningConsole implements Console {
  readonly server: Server;
  readonly admin: Login;
  readonly browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #faults: string[] = [];
  readonly #sessions = new Map<string, SessionHeaders>();

  private constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
    this.admin = { username: server.admin.username, password: ADMIN_PASSWORD };
  }

  static async start(): Promise<RunningConsole> {
    const server = await startServer();
    const executablePath = toolPath('chromium');
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const console = new RunningConsole(server, browser);
    await console.#setAdminPassword();
    return console;
  }

  async #setAdminPassword() {
    const { password } = this.server.admin;
    const change = { currentPassword: password, newPassword: ADMIN_PASSWORD };
    await this.api('PUT', '/account/password', change, this.server.admin);
  }

  async api<T = Json>(method: string, path: string, body?: unknown, as = this.admin): Promise<T> {
    const { origin } = this.server;
    const send = (sender: Readonly<Record<string, string>>) =>
      fetch(`${origin}/api/v1${path}`, {
        method,
        headers: {
          ...sender,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
    let response = await send({ authorization: `Basic ${btoa(`${as.username}:${as.password}`)}` });
    let text = await response.text();
    if (text.includes('"session-required"')) {
      response = await send(await this.#sessionOf(as));
      text = await response.text();
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  async #sessionOf(login: Login): Promise<SessionHeaders> {
    const known = this.#sessions.get(login.username);
    const session = known ?? (await signInToConsole(this.server.origin, login));
    this.#sessions.set(login.username, session);
    return session;
  }

  async open(path: string, options: PageOptions = {}): Promise<Page> {
    const { language = 'en', scheme = 'light', width = 1280, as = this.admin } = options;
    const { origin = this.server.origin } = options;
    const context = await this.browser.newContext({
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      colorScheme: scheme,
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    this.#contexts.push(context);
    if (as) await this.#signIn(context, as, origin);
    const page = await context.newPage();
    this.#watch(page);
    await page.goto(`${origin}${path}`);
    return page;
  }

  async #signIn(context: BrowserContext, { username, password }: Login, origin: string) {
    const answer = await context.request.post(`${origin}/api/v1/session`, {
      data: { username, password },
      headers: { origin },
    });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
  }

  /** Records whatever breaks in a page: an exception, a violation of its policy, a failed asset. */
  #watch(page: Page) {
    page.on('pageerror', (error) => this.#faults.push(`exception: ${error.message}`));
    page.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) this.#faults.push(message.text());
    });
  }

  takeFaults(): string[] {
    return this.#faults.splice(0);
  }

  async closePages() {
    for (const context of this.#contexts.splice(0)) await context.close();
    expect(this.takeFaults(), 'what broke in the pages').toEqual([]);
  }

  async stop() {
    await this.browser.close();
    await this.server.stop();
  }
}

/** Signs in by the form. */
export async function fillSignIn(page: Page, { username, password }: Login): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The page, as it is now, breaks none of axe's rules for WCAG 2.2 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  expect(found).toEqual([]);
}

/** Saves a picture of the whole page in test-output/screens, to be looked at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(projectRoot, 'test-output/screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
