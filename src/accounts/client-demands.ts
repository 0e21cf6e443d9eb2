/** What one app asks of the people who come from it, as its operator wrote it down. */
export interface ClientDemands {
  id: string;
  name: string;
  /** Ways to sign in, the first one is asked for first. */
  methods: string[];
  /** Upstream providers, in the order of their buttons; undefined for all there are. */
  identityProviders?: readonly string[] | undefined;
  /** Whether people may register themselves from this app. */
  registration: boolean;
  attributes: AttributeDemand[];
  terms: TermsDemand[];
}

export type AttributeType = 'text' | 'number' | 'boolean' | 'date' | 'choice' | 'phone' | 'locale';

export interface AttributeDemand {
  /** `given_name`, `family_name`, `phone_number`, `locale`, or the name of an attribute of the operator's own. */
  name: string;
  type: AttributeType;
  required: boolean;
  /** By language tag; built-in attributes have theirs in the language files. */
  label?: Record<string, string>;
  choices?: string[];
  /** A regular expression the whole value must match. */
  pattern?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

export interface TermsDemand {
  id: string;
  /** A new version has to be accepted anew. */
  version: string;
  title: Record<string, string>;
  uri: string;
}
