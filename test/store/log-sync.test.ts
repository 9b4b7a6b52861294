import { describe, expect, test } from 'vitest';
import { LogSync } from '../../src/store/sqlite/log-sync.ts';

/** A disk that takes as long as it is told, and says where each sync was done. */
function measuredDisk(requestsUnderWay = () => 1) {
  const disk = { takesMs: 0.2, now: 0, error: undefined as Error | undefined, syncs: [] as string[] };
  const logSync = new LogSync({
    requestsUnderWay,
    now: () => disk.now,
    atOnce: (fd) => {
      disk.syncs.push(`at once ${fd}`);
      disk.now += disk.takesMs;
      if (disk.error !== undefined) throw disk.error;
    },
    onThread: async (fd) => void disk.syncs.push(`thread ${fd}`),
  });
  return Object.assign(disk, { logSync });
}

describe('a sync of the log', () => {
  test('is done at once where all who are served wait for it, else on a thread', async () => {
    let requests = 3;
    const { logSync, syncs } = measuredDisk(() => requests);
    expect(logSync.sync(7, 3)).toBeUndefined();
    await logSync.sync(8, 2);
    requests = 0;
    expect(logSync.sync(7, 1)).toBeUndefined();
    expect(syncs).toEqual(['at once 7', 'thread 8', 'at once 7']);
  });

  test('goes to a thread while the disk is slow; now and then the disk is tried again', () => {
    const disk = measuredDisk();
    const syncs = (count: number) => {
      disk.syncs.length = 0;
      for (let i = 0; i < count; i++) void disk.logSync.sync(1, 1);
      return disk.syncs.filter((sync) => sync.startsWith('at once')).length;
    };
    expect(syncs(100)).toBe(100);
    disk.takesMs = 4;
    expect(syncs(256)).toBeLessThan(4);
    expect(syncs(1000)).toBeLessThan(16);
    disk.takesMs = 0.2;
    syncs(256);
    expect(syncs(100)).toBe(100);
  });

  test('a disk that hesitates once is still quick', () => {
    const disk = measuredDisk();
    void disk.logSync.sync(1, 1);
    disk.takesMs = 5;
    void disk.logSync.sync(1, 1);
    disk.takesMs = 0.2;
    expect(disk.logSync.sync(1, 1)).toBeUndefined();
  });

  test('that fails at once fails like any other', async () => {
    const disk = measuredDisk();
    disk.error = new Error('EIO');
    await expect(disk.logSync.sync(1, 1)).rejects.toThrow('EIO');
  });
});
