import { fdatasyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';

interface OpenFile {
  nfd: number;
}

interface Emscripten {
  lookupPath(path: string): { node: { stream_ops: { fsync?: (file: OpenFile) => number } } };
}

/**
 * PGlite's file system knows no fsync, so a commit would reach the disk whenever the system likes and a power cut could
 * leave pages newer than their log. With this, what PostgreSQL asks to be on disk is on disk.
 */
export function syncToDisk(pglite: PGlite): void {
  const files = pglite.Module.FS as unknown as Emscripten;
  files.lookupPath('/pglite/data/PG_VERSION').node.stream_ops.fsync = ({ nfd }) => {
    fdatasyncSync(nfd);
    return 0;
  };
}
