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

export interface Visit {
  /** Keep cookies and storage of the last page, as a returning visitor does. */
  keep?: boolean;
  locale?: string;
  /** False: a machine without camera and microphone. */
  devices?: boolean;
}

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

  /** Opens a page as a new visitor; earlier pages of this browser stay. */
  async open(url: string, visit: Visit = {}): Promise<Page> {
    if (this.#context === null || !visit.keep) this.#context = await this.#newcomer(visit);
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.message}`));
    await page.goto(url);
    return page;
  }

  async #newcomer(visit: Visit): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      locale: visit.locale ?? 'en-US',
      // Nothing but the video moves: drawing costs the machine more than the call where there is no GPU.
      reducedMotion: 'reduce',
      viewport: { width: 1024, height: 640 },
    });
    await context.addInitScript(recordConnections);
    if (visit.devices === false) await context.addInitScript(refuseDevices);
    return context;
  }

  /** The browser itself, for visitors that a test makes in its own way. */
  get browser(): Browser {
    return this.#browser;
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

/** Runs in the page before its own code: the person's machine has neither camera nor microphone. */
function refuseDevices(): void {
  const none = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
  navigator.mediaDevices.getUserMedia = none;
  navigator.mediaDevices.enumerateDevices = () => Promise.resolve([]);
}
