import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Request } from '@playwright/test';
import type axe from 'axe-core';
import { ko } from '../../src/i18n/ko';
import { paths } from './paths';

export const VIEWPORTS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;
type Viewport = keyof typeof VIEWPORTS;
type Theme = 'light' | 'dark';
export type Language = 'ko' | 'en';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

export interface Screen {
  /** What its pictures are called. */
  name: string;
  /** The window alone: what lies above the page stands there. */
  window?: boolean;
}

const QUIET_MS = 80;
const PATIENCE_MS = 10_000;
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const KEYS: ReadonlySet<string> = new Set(Object.keys(ko));
const AREAS: ReadonlySet<string> = new Set(Object.keys(ko).map((key) => key.split('.')[0] ?? ''));
/** What looks like a key and is a file or an address. */
const NAMES = /\.(jpe?g|png|webp|json|zip|webm|org|com|dev)$/;

/** Looks at screens: takes their pictures and notes what is wrong with them. */
export class Looker {
  /** Everything that is wrong, each with its screen. */
  readonly faults: string[] = [];
  readonly #page: Page;
  readonly #folder: string;
  readonly #pending = new Set<Request>();
  #here = '';
  #turn = 0;
  /** Refusals that a screen is about: their status and a part of their address. */
  #expected: RegExp | null = null;

  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
    page.on('request', (request) => this.#pending.add(request));
    page.on('requestfinished', (request) => this.#pending.delete(request));
    page.on('requestfailed', (request) => {
      this.#pending.delete(request);
      const why = request.failure()?.errorText ?? '';
      // A page that is left takes its questions back.
      if (why !== 'net::ERR_ABORTED') this.#fault(`${why}: ${request.url()}`);
    });
    page.on('response', (answer) => {
      const told = `${answer.status()} ${answer.url()}`;
      if (answer.status() >= 400 && !this.#expected?.test(told)) this.#fault(told);
    });
    page.on('console', (message) => {
      // A refusal is judged as an answer, above.
      const refusal = message.text().startsWith('Failed to load resource: the server responded');
      if (message.type() === 'error' && !refusal) this.#fault(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#fault(`exception: ${error.message}`));
  }

  /** Goes to an address; `expected` matches the refusals that belong to it. */
  async go(url: string, expected: RegExp | null = null): Promise<void> {
    this.#here = new URL(url).pathname;
    this.#expected = expected;
    this.#pending.clear();
    await this.#page.goto(url);
  }

  /** Looks at what is shown in both sizes and both themes. */
  async everyWay(screen: Screen): Promise<void> {
    const ways: [Viewport, Theme][] = [
      ['desktop', 'light'],
      ['desktop', 'dark'],
      ['phone', 'dark'],
      ['phone', 'light'],
    ];
    // The colours of one theme are the same in both sizes: they are judged in one, which takes turns.
    const dark = this.#turn++ % 2 === 0 ? 'desktop' : 'phone';
    for (const [viewport, theme] of ways) {
      await this.look(screen, viewport, theme, 'ko');
      if (theme === 'light') await this.#judge({ type: 'tag', values: TAGS });
      else if (viewport === dark) await this.#judge({ type: 'rule', values: ['color-contrast'] });
    }
    await this.#page.setViewportSize(VIEWPORTS.desktop);
  }

  /** Looks at what is shown in one size and one theme, without a judgement of how accessible it is. */
  async look({ name, window = false }: Screen, viewport: Viewport, theme: Theme, language: Language) {
    this.#here = `${name}-${viewport}-${theme}-${language}`;
    await this.#page.setViewportSize(VIEWPORTS[viewport]);
    await this.#page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await this.settle();
    await this.#page.screenshot({
      path: join(this.#folder, `${this.#here}.png`),
      fullPage: !window,
      animations: 'disabled',
      timeout: 60_000,
    });
    if (await this.#page.getByTestId('away').isVisible()) this.#fault('the server is said to be away');
    for (const fault of await this.#page.evaluate(overflow)) this.#fault(fault);
    for (const word of await this.#page.evaluate(words)) {
      const area = word.split('.')[0] ?? '';
      if (KEYS.has(word) || (AREAS.has(area) && !NAMES.test(word))) this.#fault(`raw text key ${word}`);
    }
  }

  /** Waits until everything that the page asked for is there. */
  async settle(): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    let quiet = 0;
    while (quiet < 2) {
      if (Date.now() > end) {
        const urls = [...this.#pending].map((request) => request.url());
        this.#fault(`does not come to rest: ${urls.join(' ') || 'skeletons or pictures'}`);
        return;
      }
      quiet = this.#pending.size === 0 && (await this.#page.evaluate(rests)) ? quiet + 1 : 0;
      await this.#page.waitForTimeout(QUIET_MS / 2);
    }
  }

  async #judge(runOnly: axe.RunOnly): Promise<void> {
    const there = await this.#page.evaluate(() => 'axe' in window);
    if (!there) await this.#page.evaluate(await source());
    const violations = await this.#page.evaluate(async (only) => {
      const { violations } = await window.axe.run(document, { runOnly: only, resultTypes: ['violations'] });
      return violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        where: nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
      }));
    }, runOnly);
    for (const { id, impact, where } of violations) {
      if (impact === 'serious' || impact === 'critical')
        this.#fault(`${id}: ${where.slice(0, 3).join(' | ')}`);
    }
  }

  #fault(what: string): void {
    this.faults.push(`${this.#here}: ${what}`);
  }
}

let axeSource: Promise<string> | null = null;

function source(): Promise<string> {
  axeSource ??= readFile(join(paths.root, 'frontend/node_modules/axe-core/axe.min.js'), 'utf8');
  return axeSource;
}

/** Runs in the page: whether nothing is on its way. Pictures below the window are fetched, too. */
function rests(): boolean {
  for (const image of document.images) image.loading = 'eager';
  const pictures = [...document.images].every((image) => image.complete);
  return (
    pictures && document.querySelector('.animate-pulse') === null && document.querySelector('h1') !== null
  );
}

/** Runs in the page: what reaches out of the window sideways. */
function overflow(): string[] {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return [];
  const out = [...document.body.querySelectorAll('*')].filter((one) => {
    const { right, width } = one.getBoundingClientRect();
    return width > 0 && right > innerWidth + 1;
  });
  return [
    `${wide} pixels wide in ${innerWidth}: ${out.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))}`,
  ];
}

/** Runs in the page: every word with a dot in it that a person reads or hears. */
function words(): string[] {
  const texts = [document.title];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode() !== null) texts.push(nodes.currentNode.nodeValue ?? '');
  for (const one of document.querySelectorAll('[aria-label],[title],[placeholder],[alt]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      texts.push(one.getAttribute(name) ?? '');
  }
  return texts.join('\n').match(/(?<![\w.@/-])[a-z]+(?:\.[a-z_]+)+(?![\w./@-])/g) ?? [];
}
