import { describe, expect, it, vi } from 'vitest';
import { fakeDevices } from './fake';
import { LocalMedia } from './local';

async function opened() {
  const { signal } = new AbortController();
  const devices = fakeDevices();
  const local = new LocalMedia(devices, { microphone: 'm1', camera: 'c1' });
  await Promise.all([local.open(signal, 'camera'), local.open(signal, 'microphone')]);
  local.onlost = vi.fn();
  local.onchange = vi.fn();
  return { signal, devices, local };
}

describe('a device that ends by itself', () => {
  it('is told as lost once, after it is no longer sent', async () => {
    const { local, devices } = await opened();
    const [camera] = devices.opened;
    camera?.end();
    camera?.end();
    expect(local.onlost).toHaveBeenCalledExactlyOnceWith('camera');
    expect(local.onchange).toHaveBeenCalledExactlyOnceWith('camera', null);
    expect(local.switched).toEqual({ microphone: true, camera: false });
  });

  it('is not one that was replaced or switched off before', async () => {
    const { local, devices, signal } = await opened();
    await local.change(signal, 'camera', 'c2');
    await local.switchCamera(signal, false);
    for (const track of devices.opened.filter(({ kind }) => kind === 'video')) track.end();
    expect(local.onlost).not.toHaveBeenCalled();
  });

  it('gives way to another one of the kind', async () => {
    const { local, devices, signal } = await opened();
    devices.opened[1]?.end();
    expect(await local.change(signal, 'microphone', 'm2')).toBeNull();
    expect(local.switched.microphone).toBe(true);
    devices.opened[0]?.end();
    expect(await local.change(signal, 'camera', 'c2')).toBeNull();
    expect(local.switched.camera).toBe(true);
  });
});

describe('another device', () => {
  it('is taken muted where the person is muted', async () => {
    const { local, devices, signal } = await opened();
    await local.switchMicrophone(signal, false);
    await local.change(signal, 'microphone', 'm2');
    expect(devices.opened.at(-1)).toMatchObject({ device: 'm2', enabled: false });
    expect(devices.opened[1]?.stopped).toBe(true);
  });

  it('gives the one before back when it cannot be opened', async () => {
    const { local, devices, signal } = await opened();
    devices.busy.add('c2');
    expect(await local.change(signal, 'camera', 'c2')).toBe('busy');
    expect(local.tracks.camera).toMatchObject({ device: 'c1', stopped: false });
    expect(local.device('camera')).toBe('c1');
  });

  it('does not switch a camera on that the person switched off', async () => {
    const { local, devices, signal } = await opened();
    await local.switchCamera(signal, false);
    expect(await local.change(signal, 'camera', 'c2')).toBeNull();
    expect(local.switched.camera).toBe(false);
    await local.switchCamera(signal, true);
    expect(devices.opened.at(-1)?.device).toBe('c2');
  });
});
