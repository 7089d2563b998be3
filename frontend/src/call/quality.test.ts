import { describe, expect, it } from 'vitest';
import { QualityMeter } from './quality';

function report(change: { rtt?: number; received?: number; lost?: number; bytes?: number }) {
  return new Map<string, unknown>([
    ['pair', { type: 'candidate-pair', nominated: true, currentRoundTripTime: change.rtt ?? 0.02 }],
    [
      'in',
      {
        type: 'inbound-rtp',
        mid: '1',
        packetsReceived: change.received ?? 0,
        packetsLost: change.lost ?? 0,
        bytesReceived: change.bytes ?? 0,
        framesPerSecond: 30,
        frameWidth: 640,
        frameHeight: 480,
      },
    ],
    ['out', { type: 'outbound-rtp', bytesSent: change.bytes ?? 0 }],
  ]);
}

describe('QualityMeter', () => {
  it('speaks of the period since the last report', () => {
    const meter = new QualityMeter();
    meter.read(report({ received: 1000, lost: 900, bytes: 0 }), '1', 0);
    const second = meter.read(report({ received: 1099, lost: 901, bytes: 250_000 }), '1', 2000);
    expect(second).toEqual({
      grade: 'good',
      rttMs: 20,
      loss: 0.01,
      fps: 30,
      width: 640,
      height: 480,
      downBps: 1_000_000,
      upBps: 1_000_000,
    });
  });

  it.each([
    [{ rtt: 0.02, lost: 0 }, 'good'],
    [{ rtt: 0.2, lost: 0 }, 'fair'],
    [{ rtt: 0.02, lost: 4 }, 'fair'],
    [{ rtt: 0.4, lost: 0 }, 'poor'],
    [{ rtt: 0.02, lost: 20 }, 'poor'],
  ])('grades %j as %s', ({ rtt, lost }, grade) => {
    const meter = new QualityMeter();
    meter.read(report({ rtt }), '1', 0);
    meter.read(report({ rtt, lost, received: 100 - lost }), '1', 1000);
    const twice = report({ rtt, lost: 2 * lost, received: 2 * (100 - lost) });
    expect(meter.read(twice, '1', 2000).grade).toBe(grade);
  });

  it('forgives one bad reading', () => {
    const meter = new QualityMeter();
    const grades = [0.02, 0.02, 0.9, 0.02, 0.9, 0.9].map(
      (rtt, i) => meter.read(report({ rtt }), '1', i).grade,
    );
    expect(grades).toEqual(['good', 'good', 'good', 'good', 'good', 'poor']);
  });

  it('knows nothing from an empty report', () => {
    expect(new QualityMeter().read([], '1', 0).grade).toBe('unknown');
  });
});
