import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** One answer that never changes: its address holds the hash of its content. */
export interface Asset {
  body: Buffer;
  /** The same, made once in every way that browsers unpack. It holds nothing of anybody's, so its length tells nothing. */
  packed: Record<'br' | 'gzip', Buffer>;
  type: string;
  etag: string;
  immutable: true;
}

/** Static files as buffers in memory, under `/assets/`, to be cached for a year (RFC 9111; RFC 8246 `immutable`). */
export interface Assets {
  /** The address of a file by the name it has in the folder. Throws for a name that is not there: a fault of ours. */
  url(name: string): string;
  /** By the path of a request; undefined is a 404 that must not be cached. */
  find(path: string): Asset | undefined;
  /** Takes something made at run time (a brand's style sheet) and answers its address. The same content, the same address. */
  add(name: string, body: string | Buffer, type: string): string;
}

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
};

/** @param directory read once, now: files directly in it whose ending is known. */
export function createAssets({ directory }: { directory: URL }): Assets {
  const byPath = new Map<string, Asset>();
  const urls = new Map<string, string>();

  const add: Assets['add'] = (name, body, type) => {
    const bytes = Buffer.from(body);
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
    const dot = name.lastIndexOf('.');
    const path = `/assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
    const packed = { br: brotliCompressSync(bytes), gzip: gzipSync(bytes) };
    byPath.set(path, { body: bytes, packed, type, etag: `"${hash}"`, immutable: true });
    return path;
  };

  for (const name of readdirSync(directory)) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type) urls.set(name, add(name, readFileSync(new URL(name, directory)), type));
  }

  return {
    add,
    find: (path) => byPath.get(path),
    url(name) {
      const url = urls.get(name);
      if (!url) throw new Error(`no asset is called ${name}`);
      return url;
    },
  };
}
