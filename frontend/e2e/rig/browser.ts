import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumPath } from './paths';

declare global {
  interface Window {
    /** Every connection that the page made, for getStats. */
    rigConnections: RTCPeerConnection[];
  }
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--autoplay-policy=no-user-gesture-required',
];

/** One person: a browser process of their own, since the fake camera belongs to the process. */
export class Person {
  readonly name: string;
  readonly #browser: Browser;
  /** What the console complained about. */
  readonly complaints: string[] = [];
  #context: BrowserContext | null = null;

  private constructor(name: string, browser: Browser) {
    this.name = name;
    this.#browser = browser;
  }

  static async start(name: string, camera: string): Promise<Person> {
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: [...ARGUMENTS, `--use-file-for-fake-video-capture=${camera}`],
    });
    return new Person(name, browser);
  }

  /** Opens a page with the memory of a new visitor, or of the last page when kept. */
  async open(url: string, options: { keep?: boolean; locale?: string } = {}): Promise<Page> {
    if (this.#context === null || !options.keep) {
      await this.#context?.close();
      this.#context = await this.#browser.newContext({
        locale: options.locale ?? 'en-US',
        viewport: { width: 1280, height: 800 },
        permissions: ['camera', 'microphone'],
      });
      await this.#context.addInitScript(recordConnections);
    }
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.message}`));
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Runs in the page before its own code: keeps each connection where the test finds it. */
function recordConnections(): void {
  window.rigConnections = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.rigConnections.push(this);
    }
  };
}
