import { busy } from '../base/index.ts';
import { jpegScans } from './jpeg-scans.ts';

/** What is kept of an uploaded picture: made anew from its pixels, so that nothing else of the file is left. */
export interface ReencodedPicture {
  type: 'image/webp';
  bytes: Uint8Array;
}

/**
 * Undefined for what is no JPEG, PNG or WebP, or is too large to be one of a person.
 *
 * @throws AppError `busy` when too many wait already.
 */
export type ReencodePicture = (upload: Uint8Array) => Promise<ReencodedPicture | undefined>;

/** Pixels, on each side of the square. */
const SIDE = 256;
/** More would be a bomb: a small file that unfolds to gigabytes. */
const MOST_PIXELS = 40_000_000;
const SECONDS = 4;
/** One is made at a time, on one thread: whoever uploads must not slow down whoever signs in. */
const MOST_WAITING = 4;
/** A JPEG can be painted over and over again; cameras and browsers do so ten times at most. The time limit does not see it. */
const MOST_SCANS = 50;
/** Everything else that the library can read is switched off: it would be more to attack, and nobody's photograph. */
const FORMATS = ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'];

export function createReencodePicture(): ReencodePicture {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const leave = () => {
    waiting -= 1;
  };
  return async (upload) => {
    if (waiting >= MOST_WAITING) throw busy('too many pictures at once', SECONDS);
    waiting += 1;
    const made = last.then(() => reencode(upload));
    last = made.then(leave, leave);
    return made;
  };
}

/** A square, the right way up, without the place it was taken at or anything else the camera wrote down. */
async function reencode(upload: Uint8Array): Promise<ReencodedPicture | undefined> {
  if (jpegScans(upload, MOST_SCANS + 1) > MOST_SCANS) return undefined;
  // Loaded by the first upload: most servers never see one.
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: FORMATS });
  sharp.concurrency(1);
  try {
    const bytes = await sharp(upload, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .timeout({ seconds: SECONDS })
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'cover' })
      .webp({ quality: 82 })
      .toBuffer();
    return { type: 'image/webp', bytes };
  } catch {
    return undefined;
  }
}
