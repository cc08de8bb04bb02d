import path from 'node:path';

import { checkDirectory, type DirectoryUse } from './check-directory.js';
import { MULTIPROC_DIR_VARIABLE } from './config-error.js';
import { describeDirectory, describeRemote } from './describe-directory.js';
import { type Setting, trimmedText } from './setting.js';

const EXPECTED: Readonly<Record<DirectoryUse, string>> = {
  read: 'the absolute path of an existing directory that this process can read and search',
  write: 'the absolute path of an existing directory that this process can write and search',
  prune: 'the absolute path of an existing directory that this process can read, write and search',
};

/**
 * The shared directory, for one use. The path is normalised before it is checked, since everyone who joins a
 * file name to it normalises it too. Symbolic links are followed, each time the directory is used.
 *
 * @param mayBeRemote - Whether a network file system is accepted.
 */
export function directorySetting(use: DirectoryUse, mayBeRemote: boolean): Setting<string> {
  const schema = trimmedText.transform((text, context) => {
    const directory = path.resolve(text);
    const message = complaint(text, directory, use, mayBeRemote);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
    return directory;
  });
  return {
    variable: MULTIPROC_DIR_VARIABLE,
    expected: EXPECTED[use],
    example: '/run/promshard',
    description: 'Absolute path of the shared directory; the deployment provides it.',
    fromText: schema,
    fromOption: schema,
    emptyIsGiven: true,
  };
}

function complaint(
  text: string,
  directory: string,
  use: DirectoryUse,
  mayBeRemote: boolean,
): string | undefined {
  if (text === '') return 'is set, but empty';
  if (!path.isAbsolute(text)) return 'is a relative path';
  const state = checkDirectory(directory, use);
  if (state.kind !== 'usable') return describeDirectory(directory, state);
  return mayBeRemote || state.remote === undefined ? undefined : describeRemote(state.remote);
}
