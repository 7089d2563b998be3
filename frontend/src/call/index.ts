/** The call core: no page, no elements; a view on top subscribes to Call.state. */
export { Call, type CallConfig } from './call';
export type { LinkState, RemoteTracks } from './link';
export { type Kind, LocalMedia } from './local';
export type {
  Allow,
  FilterStateName,
  Filters,
  FilterView,
  Mode,
  Mood,
  Participant,
  Strength,
} from './messages';
export { CHAT_LIMIT, filters as filtersShape, followsMood, MODES, MOODS, STRENGTHS } from './messages';
export * from './ports';
export { type Grade, type Quality, UNKNOWN_QUALITY } from './quality';
export type {
  CallState,
  CaptureAsk,
  Capturing,
  ChatLine,
  EndReason,
  FilterWish,
  MoodView,
  Notice,
  Phase,
} from './state';
