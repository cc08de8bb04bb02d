import path from 'node:path';

import { checkDirectory, type DirectoryUse } from './check-directory.js';
import { MULTIPROC_DIR_VARIABLE } from './config-error.js';
import { describeDirectory } from './describe-directory.js';
import { type Setting, trimmedText } from './setting.js';

const EXPECTED: Readonly<Record<DirectoryUse, string>> = {
  read: 'the absolute path of an existing directory that this process can read and search',
  write: 'the absolute path of an existing directory that this process can write and search',
  prune: 'the absolute path of an existing directory that this process can read, write and search',
};

/**
 * The shared directory, for one use. The path is normalised before it is checked, since everyone who joins a
 * file name to it normalises it too.
 */
export function directorySetting(use: DirectoryUse): Setting<string> {
  const schema = trimmedText.transform((text, context) => {
    const directory = path.resolve(text);
    const message = complaint(text, directory, use);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
    return directory;
  });
  return {
    variable: MULTIPROC_DIR_VARIABLE,
    expected: EXPECTED[use],
    example: '/run/promshard',
    fromText: schema,
    fromOption: schema,
    emptyIsGiven: true,
  };
}

function complaint(text: string, directory: string, use: DirectoryUse): string | undefined {
  if (text === '') return 'is set, but empty';
  if (!path.isAbsolute(text)) return 'is a relative path';
  const state = checkDirectory(directory, use);
  return state.kind === 'usable' ? undefined : describeDirectory(directory, state);
}
