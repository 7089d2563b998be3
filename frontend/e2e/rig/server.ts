import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { paths } from './paths';

const START_MS = 30_000;
const STOP_MS = 15_000;

interface LogLine {
  msg?: string;
  level?: string;
  [key: string]: unknown;
}

/** The real program on free ports, with a data folder of its own. */
export class Server {
  readonly url: string;
  readonly admin: string;
  readonly log: LogLine[];
  #child: ChildProcess;
  readonly #data: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(
    child: ChildProcess,
    environment: NodeJS.ProcessEnv,
    data: string,
    log: LogLine[],
    url: string,
    admin: string,
  ) {
    this.#child = child;
    this.#environment = environment;
    this.#data = data;
    this.log = log;
    this.url = url;
    this.admin = admin;
  }

  static async start(environment: Record<string, string> = {}): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'ppenter-e2e-'));
    const env = {
      ...process.env,
      PPENTER_HTTP_ADDR: '127.0.0.1:0',
      PPENTER_ADMIN_ADDR: '127.0.0.1:0',
      PPENTER_RTC_UDP_PORT: '0',
      PPENTER_DATA_DIR: data,
      ...environment,
    };
    const child = spawn(paths.binary, ['serve'], { cwd: data, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log: LogLine[] = [];
    try {
      const { url, admin } = await listening(child, log);
      return new Server(child, env, data, log, url, admin);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(data, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs another command of the program beside the server, on the same data; returns what it prints. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(paths.binary, args, {
      cwd: this.#data,
      env: this.#environment,
      timeout: STOP_MS,
    });
    return stdout;
  }

  /** What /debug/pipeline says. */
  async pipeline(): Promise<unknown> {
    const answer = await fetch(`${this.admin}/debug/pipeline`);
    return answer.json();
  }

  /** Lines of the log at level error, which a sound run does not have. */
  errors(): LogLine[] {
    return this.log.filter((line) => line.level === 'ERROR');
  }

  /** Goes away for a while; its data stay. */
  async leave(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(hard);
  }

  /** Comes back at the same address. */
  async comeBack(): Promise<void> {
    const [http, admin] = [this.url, this.admin].map((url) => new URL(url).host);
    const env = { ...this.#environment, PPENTER_HTTP_ADDR: http, PPENTER_ADMIN_ADDR: admin };
    this.#child = spawn(paths.binary, ['serve'], {
      cwd: this.#data,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await listening(this.#child, this.log);
  }

  async stop(): Promise<void> {
    await this.leave();
    await rm(this.#data, { recursive: true, force: true });
    if (this.#child.exitCode !== 0) {
      throw new Error(`the server ended with ${this.#child.exitCode ?? this.#child.signalCode}`);
    }
  }
}

/** Waits for the line that says where the server listens; keeps on collecting the log. */
function listening(child: ChildProcess, log: LogLine[]): Promise<{ url: string; admin: string }> {
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    const give = (why: string) => reject(new Error(`${why}; its last words:\n${tail.slice(-20).join('\n')}`));
    const timer = setTimeout(() => give('the server does not say where it listens'), START_MS);
    child.once('error', reject);
    child.once('exit', (code) => give(`the server ended with ${code}`));
    const addresses: Record<string, string> = {};
    const read = (text: string) => {
      tail.push(text);
      const line = parse(text);
      if (line === null) return;
      log.push(line);
      if (line.msg !== 'listening') return;
      addresses[String(line.listener)] = `http://${String(line.addr)}`;
      const { http, admin } = addresses;
      if (http === undefined || admin === undefined) return;
      clearTimeout(timer);
      resolve({ url: http, admin });
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', read);
    }
  });
}

function parse(text: string): LogLine | null {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return null;
  }
}
