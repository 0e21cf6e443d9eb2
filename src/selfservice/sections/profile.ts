import {
  type AttributeDemand,
  type ChangeContact,
  type ChangeProfile,
  collectAttributes,
  type Form,
  type User,
} from '../../accounts/index.ts';
import { type Json, type JsonObject, newId } from '../../base/index.ts';
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
  /** An address that a picture may be shown from. */
  isPicture: (address: string) => boolean;
  reencode: ReencodePicture;
  /** Where an uploaded one is to be seen. */
  pictureAddress: (id: string) => string;
  /** Text messages can be sent, so a number can be proven. */
  textsLeave: () => boolean;
}

const COLUMNS: Readonly<Record<string, 'givenName' | 'familyName' | 'locale'>> = {
  given_name: 'givenName',
  family_name: 'familyName',
  locale: 'locale',
};

/** Names and the like. Address and number are proven before they count: sign-in asks for that. */
export function profile(needs: ProfileNeeds): Section {
  const { attributes, changeProfile, changePhone, isPicture, reencode, pictureAddress, textsLeave } = needs;
  return {
    name: 'profile',
    async show({ user }) {
      const { email, emailVerified, phone, phoneVerified, picture } = user;
      const fields = attributes().map(({ editable, ...demand }) => ({
        ...(demand as unknown as JsonObject),
        editable,
        value: known(user, demand.name) ?? null,
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
          const named = editable.filter(({ name }) => form[name] !== undefined);
          const { collected, errors } = collectAttributes(form, named);
          const given = pictureIn(form);
          // As the page shows it, whoever keeps it.
          const picture = given === (user.picture ?? null) ? undefined : given;
          if (picture && !isPicture(picture)) errors.picture = 'picture_invalid';
          if (Object.keys(errors).length > 0) return { ok: false, errors };
          const change = { named: named.map(({ name }) => name), collected };
          await changeProfile(user.id, picture === undefined ? change : { ...change, picture }, origin);
          return done('saved');
        },
      },
      upload: {
        secures: false,
        async run({ user, origin }, _form, file) {
          if (!file) return refused('file', 'required');
          const made = await reencode(file);
          if (!made) return refused('file', 'picture_unreadable');
          const id = newId();
          const change = {
            named: [],
            collected: { attributes: {} },
            picture: pictureAddress(id),
            upload: { id, ...made },
          };
          await changeProfile(user.id, change, origin);
          return done('saved');
        },
      },
      'change-email': leadsTo(() => 'task:change-email'),
      'change-phone': leadsTo(() => 'task:verify-phone'),
      'remove-phone': {
        secures: true,
        async run({ user, origin }) {
          if (user.phone === undefined) return notFound;
          await changePhone(user.id, null, origin);
          return done('phone_removed');
        },
      },
    },
  };
}

function pictureIn({ picture }: Form): string | null | undefined {
  return picture === undefined ? undefined : picture.trim() || null;
}

function known(user: User, name: string): Json | undefined {
  const column = COLUMNS[name];
  return column ? user[column] : user.attributes[name];
}
