import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks since the start: of the whole machine, of its idle time, and of this test with all it started. */
interface Ticks {
  all: number;
  idle: number;
  own: number;
}

/**
 * The part of the machine, 0 to 1, that this test had or could have had while `work` ran: the rest went to processes
 * that are none of its own, or to other machines on the same host. Linux only, as the browsers here are.
 */
export async function machineShare<T>(work: () => Promise<T>): Promise<[share: number, result: T]> {
  const before = await ticks();
  const result = await work();
  const after = await ticks();
  const all = after.all - before.all;
  const idle = after.idle - before.idle;
  const own = Math.max(0, after.own - before.own);
  return [all > 0 ? Math.min(1, (idle + own) / all) : 1, result];
}

async function ticks(): Promise<Ticks> {
  // user nice system idle iowait irq softirq steal; what guests take is within user.
  const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const fields = (line ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const all = fields.reduce((sum, n) => sum + n, 0);
  return { all, idle: (fields[3] ?? 0) + (fields[4] ?? 0), own: await ownTicks() };
}

/** What this process and its descendants took. */
async function ownTicks(): Promise<number> {
  const parents = new Map<number, number>();
  const took = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''); // it may have ended meanwhile
    // The name of the program stands in brackets and may hold anything.
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (rest.length < 15) continue;
    parents.set(Number(name), Number(rest[1]));
    took.set(Number(name), Number(rest[11]) + Number(rest[12]));
  }
  let sum = 0;
  for (const [pid, n] of took) if (descends(pid, parents)) sum += n;
  return sum;
}

function descends(pid: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
    if (at === process.pid) return true;
  }
  return false;
}
