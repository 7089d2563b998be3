import { describe, expect, it } from 'vitest';
import { ago } from './ago';

const now = new Date(2026, 4, 20, 12, 0, 0).getTime();
const past = (seconds: number) => new Date(now - 1000 * seconds).toISOString();

describe('how long ago', () => {
  it.each([
    [0, 'now', '지금'],
    [59, 'now', '지금'],
    [60, '1 minute ago', '1분 전'],
    [3599, '59 minutes ago', '59분 전'],
    [3600, '1 hour ago', '1시간 전'],
    [86_399, '23 hours ago', '23시간 전'],
    [86_400, 'yesterday', '어제'],
    [3 * 86_400, '3 days ago', '3일 전'],
    [8 * 86_400, '12 May', '5월 12일'],
  ])('%d seconds', (seconds, english, korean) => {
    expect(ago(past(seconds), now, 'en-GB')).toBe(english);
    expect(ago(past(seconds), now, 'ko')).toBe(korean);
  });

  it('names another year', () => {
    expect(ago(new Date(2025, 11, 31, 12).toISOString(), now, 'en-GB')).toBe('31 Dec 2025');
    expect(ago(new Date(2025, 11, 31, 12).toISOString(), now, 'ko')).toBe('2025년 12월 31일');
  });

  it('makes nothing come from the future', () => {
    expect(ago(past(-90), now, 'en-GB')).toBe('now');
  });
});
