/** Reads a getStats report into the few numbers that a person can use. */

export type Grade = 'unknown' | 'good' | 'fair' | 'poor';

export interface Quality {
  grade: Grade;
  /** Round trip to the server in ms; null while unknown. */
  rttMs: number | null;
  /** Lost share of the packets of the other person's picture and sound in the last period, 0..1. */
  loss: number | null;
  /** Of the other person's picture, as shown here. */
  fps: number | null;
  width: number;
  height: number;
  /** Bits per second in the last period, all lines together. */
  downBps: number | null;
  upBps: number | null;
}

export const UNKNOWN_QUALITY: Quality = {
  grade: 'unknown',
  rttMs: null,
  loss: null,
  fps: null,
  width: 0,
  height: 0,
  downBps: null,
  upBps: null,
};

interface Totals {
  at: number;
  received: number;
  lost: number;
  down: number;
  up: number;
}

type Row = Record<string, unknown> & { type: string };

/** Keeps the totals of the last report, so that each reading speaks of the period since then. */
export class QualityMeter {
  #last: Totals | null = null;
  #lastGrade: Grade = 'unknown';

  read(report: Iterable<[string, unknown]>, cameraMid: string, now: number): Quality {
    const rows = [...report].map(([, row]) => row as Row);
    const total = sum(rows, now);
    const last = this.#last;
    this.#last = total;

    const pair = rows.find((row) => row.type === 'candidate-pair' && row.nominated === true);
    const camera = rows.find((row) => row.type === 'inbound-rtp' && row.mid === cameraMid);
    const quality: Quality = {
      ...UNKNOWN_QUALITY,
      rttMs: typeof pair?.currentRoundTripTime === 'number' ? pair.currentRoundTripTime * 1000 : null,
      fps: typeof camera?.framesPerSecond === 'number' ? camera.framesPerSecond : null,
      width: count(camera?.frameWidth),
      height: count(camera?.frameHeight),
    };
    if (last !== null && now > last.at) {
      const seconds = (now - last.at) / 1000;
      const received = total.received - last.received;
      const lost = Math.max(0, total.lost - last.lost);
      quality.loss = received + lost > 0 ? lost / (received + lost) : null;
      quality.downBps = (Math.max(0, total.down - last.down) * 8) / seconds;
      quality.upBps = (Math.max(0, total.up - last.up) * 8) / seconds;
    }
    const raw = grade(quality);
    quality.grade = better(raw, this.#lastGrade);
    this.#lastGrade = raw;
    return quality;
  }
}

/** A single bad reading is a hiccup: it takes two in a row to be called worse, one to be called better. */
function better(now: Grade, before: Grade): Grade {
  const order: Grade[] = ['poor', 'fair', 'good'];
  if (now === 'unknown' || before === 'unknown') return now === 'good' ? now : 'unknown';
  return order[Math.max(order.indexOf(now), order.indexOf(before))] ?? now;
}

function sum(rows: Row[], at: number): Totals {
  const total: Totals = { at, received: 0, lost: 0, down: 0, up: 0 };
  for (const row of rows) {
    if (row.type === 'inbound-rtp') {
      total.received += count(row.packetsReceived);
      total.lost += count(row.packetsLost);
      total.down += count(row.bytesReceived);
    } else if (row.type === 'outbound-rtp') {
      total.up += count(row.bytesSent);
    }
  }
  return total;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** In the spirit of ITU-T G.114: speech begins to suffer above 150 ms one way, so 300 ms there and back. */
function grade({ rttMs, loss }: Quality): Grade {
  if (rttMs === null && loss === null) return 'unknown';
  const rtt = rttMs ?? 0;
  const share = loss ?? 0;
  if (rtt > 300 || share > 0.08) return 'poor';
  if (rtt > 150 || share > 0.02) return 'fair';
  return 'good';
}
