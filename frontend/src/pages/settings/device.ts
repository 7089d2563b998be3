/** What a browser says of itself, in names that its owner knows. */

export type DeviceKind = 'phone' | 'tablet' | 'computer' | 'program';

export interface Device {
  kind: DeviceKind;
  /** Empty: nobody knows. */
  browser: string;
  /** Empty: nobody knows. */
  system: string;
}

/** Browsers call themselves by their forebears' names, too: the first that fits is the one. */
const BROWSERS: [RegExp, string][] = [
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bWhale\//, 'Whale'],
  [/\b(?:KAKAOTALK)\b/i, 'KakaoTalk'],
  [/\bNAVER\(/, 'NAVER'],
  [/\b(?:Edg|EdgA|EdgiOS|Edge)\//, 'Edge'],
  [/\b(?:OPR|OPT|OPX|Opera)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chromium|CriOS|Chrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
];

const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b|\biPod\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** The device behind a User-Agent header. */
export function deviceOf(agent: string): Device {
  const browser = nameIn(BROWSERS, agent);
  const system = nameIn(SYSTEMS, agent);
  return { kind: kindOf(agent, browser, system), browser, system };
}

function nameIn(all: [RegExp, string][], agent: string): string {
  return all.find(([pattern]) => pattern.test(agent))?.[1] ?? '';
}

function kindOf(agent: string, browser: string, system: string): DeviceKind {
  if (browser === '' && !agent.startsWith('Mozilla/')) return 'program';
  if (system === 'iPad' || /\bTablet\b/.test(agent)) return 'tablet';
  if (system === 'Android') return /\bMobile\b/.test(agent) ? 'phone' : 'tablet';
  return system === 'iPhone' ? 'phone' : 'computer';
}
