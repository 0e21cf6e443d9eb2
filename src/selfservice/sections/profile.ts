import {
  type AttributeDemand,
  attributeOf,
  type ChangeContact,
  type ChangeProfile,
  collectAttributes,
  type Form,
  type User,
} from '../../accounts/index.ts';
import { type JsonObject, newId } from '../../base/index.ts';
import type { ReencodePicture } from '../reencode-picture.ts';
import { done, leadsTo, notFound, refused, type Section } from '../section.ts';

/** What can be known about a person, and what they may do with it. */
export interface ProfileAttribute extends AttributeDemand {
  /** May be changed by the person; it is shown in any case. */
  editable: boolean;
}

export interface ProfileNeeds {
  /** Those that people may see, in order. */
  attributes: () => readonly ProfileAttribute[];
  changeProfile: ChangeProfile;
  changePhone: ChangeContact['changePhone'];
  reencode: ReencodePicture;
  /** Where an uploaded one is to be seen. */
  pictureUrl: (id: string) => string;
  /** Text messages can be sent, so a number can be proven. */
  textsLeave: () => boolean;
}

/** Names and the like. Address and number are proven before they count: sign-in asks for that. */
export function profile(needs: ProfileNeeds): Section {
  const { attributes, changeProfile, changePhone, reencode, pictureUrl, textsLeave } = needs;
  return {
    name: 'profile',
    async show({ user }) {
      const { email, emailVerified, phone, phoneVerified, picture } = user;
      const fields = attributes().map(({ editable, ...demand }) => ({
        ...(demand as unknown as JsonObject),
        editable,
        value: attributeOf(user, demand.name) ?? null,
      }));
      return {
        email: email ?? null,
        email_verified: emailVerified,
        phone_number: phone ?? null,
        phone_number_verified: phoneVerified,
        picture: picture ?? null,
        attributes: fields,
        can_text: textsLeave(),
      };
    },
    verbs: {
      save: {
        secures: false,
        async run({ user, origin }, form) {
          const editable = attributes().filter((one) => one.editable);
          const posted = editable.filter(({ name }) => form[name] !== undefined);
          const { collected, errors } = collectAttributes(form, posted);
          // A box that was never ticked and is not ticked now was not answered.
          const answered = posted.filter(
            ({ name }) => collected.attributes[name] !== false || attributeOf(user, name) !== undefined,
          );
          const picture = pictureIn(form, user);
          if (picture === 'invalid') return { ok: false, errors: { ...errors, picture: 'picture_invalid' } };
          if (Object.keys(errors).length > 0) return { ok: false, errors };
          const change = { named: answered.map(({ name }) => name), collected, ...(picture && { picture }) };
          await changeProfile(user.id, change, origin);
          return done('saved');
        },
      },
      upload: {
        secures: false,
        takesFile: true,
        async run({ user, origin }, _form, file) {
          if (!file) return refused('file', 'required');
          const made = await reencode(file);
          if (!made) return refused('file', 'picture_unreadable');
          const id = newId();
          await changeProfile(user.id, { picture: { url: pictureUrl(id), upload: { id, ...made } } }, origin);
          return done('saved');
        },
      },
      'change-email': leadsTo(() => 'task:change-email'),
      'change-phone': leadsTo(() => 'task:verify-phone'),
      'remove-phone': {
        secures: true,
        async run({ user, origin }) {
          if (user.phone === undefined) return notFound;
          await changePhone(user, null, origin);
          return done('phone_removed');
        },
      },
    },
  };
}

const LONGEST_URL = 2000;

/** What the field asks for: nothing where it is left as it was, whoever keeps the picture. */
function pictureIn(
  { picture: typed }: Form,
  { picture: before }: User,
): { url: string | null } | 'invalid' | undefined {
  const text = typed?.trim();
  if (text === undefined || text === (before ?? '')) return undefined;
  if (text === '') return { url: null };
  const url = URL.parse(text);
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return plain && url.href.length <= LONGEST_URL ? { url: url.href } : 'invalid';
}
