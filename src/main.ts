import { enableCompileCache } from 'node:module';

enableCompileCache();
const { startServer } = await import('./server.ts');
process.exitCode = await startServer(process.env);
