/** Flags that kctl has otherwise than kubectl 1.35, and why. `*` stands for every command. */
export const DELIBERATE_FLAGS: Readonly<Record<string, string>> = {
  '* --cache-dir default': 'nothing is cached, so that no directory is named; the flag is accepted',
};

/**
 * Flags that exist, with kubectl's name and kind of value, but do something else here.
 * The test holds that each is still a flag of kubectl.
 */
export const OTHER_MEANING: Readonly<Record<string, string>> = {
  '--cache-dir': 'accepted: nothing is cached',
  '--disable-compression': 'accepted: kctl asks for no compression',
  '--log-flush-frequency': 'accepted: stderr is written at once',
  '--match-server-version': "compares the server's release with the Kubernetes release that kctl follows",
  '--profile': "cpu and heap are V8's profiles; goroutine, threadcreate, block, mutex and trace are of Go programs",
  '--profile-output': "the file is in the format of Chrome's and VS Code's profile viewers",
  '--vmodule': 'accepted: messages are not grouped by source file; see -v',
};
