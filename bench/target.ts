/** A server under load, as the load process knows it: plain data, sent between processes. */
export interface Target {
  /** How it is called in the table: R is the reference, S is Sallyport. */
  name: string;
  kind: 'reference' | 'sallyport';
  issuer: string;
}

/** A target with the process to read CPU time of, and the way to end it. */
export interface RunningTarget extends Target {
  pid: number;
  close(): Promise<void>;
}

/** What both kinds of server are set up with, so that they do the same work. */
export const SETUP = {
  machine: { id: 'bench-machine', secret: 'bench-machine-secret-4f9b1c0de27a83556bd1' },
  app: { id: 'bench-app', redirectUri: 'http://localhost:9/callback' },
  /** The resource whose access tokens are JWTs. */
  resource: 'https://api.bench.example',
  scope: 'openid profile email offline_access',
  password: 'correct horse battery staple',
  users: Array.from({ length: 32 }, (_, index) => `person${index}@bench.example`),
  /** argon2id as OWASP asks: memory in KiB, passes, lanes. */
  argon2: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
} as const;
