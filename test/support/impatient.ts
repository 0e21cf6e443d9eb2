/**
 * For `node --import`: what a server does each minute, it does several times a second, so that a test sees it happen. All
 * else keeps its time.
 */
const patient = globalThis.setInterval;
const MINUTE = 60_000;

globalThis.setInterval = ((work: () => void, every?: number, ...rest: []) =>
  patient(work, every === MINUTE ? 300 : every, ...rest)) as typeof setInterval;
