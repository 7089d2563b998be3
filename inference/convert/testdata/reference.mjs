// Writes reference.json: what TensorFlow.js itself answers for the inputs of the parity test. Run by hand, once for
// each version of the models, in a folder with `npm i @tensorflow/tfjs@4.22.0 pngjs@7.0.0`:
//
//	node reference.mjs FOLDER_OF_UNPACKED_MODELS PICTURE.png >reference.json
//
// The inputs are whole numbers 0..255 for each pixel and channel, so that the Go test makes the same ones:
//   picture  the 256x256 picture; for a smaller input the rounded-down mean of blocks
//   noisy    the same, mixed with the noise of a linear congruential generator (seed 1), row by row
// Of each output every step-th element is kept, in TF's order, to seven decimals.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import * as tf from '@tensorflow/tfjs';
import { PNG } from 'pngjs';

const models = [
  { name: 'selfie', size: 256, scale: (p) => p / 255 },
  { name: 'blazeface-front', size: 128, scale: (p) => p / 127.5 - 1 },
];

function noisy(pixels) {
  let state = 1;
  return pixels.map((p) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (p * 3 + (state >>> 24)) >> 2;
  });
}

function picture(file, size) {
  const png = PNG.sync.read(readFileSync(file));
  const block = png.width / size;
  const pixels = new Uint8Array(size * size * 3);
  for (let i = 0; i < pixels.length; i++) {
    const x = Math.floor(i / 3) % size;
    const y = Math.floor(i / 3 / size);
    let sum = 0;
    for (let dy = 0; dy < block; dy++) {
      for (let dx = 0; dx < block; dx++) {
        sum += png.data[((y * block + dy) * png.width + x * block + dx) * 4 + (i % 3)];
      }
    }
    pixels[i] = Math.floor(sum / (block * block));
  }
  return pixels;
}

async function load(folder, name) {
  const json = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const bin = readFileSync(join(folder, `${name}.bin`));
  return tf.loadGraphModel({
    load: async () => ({
      format: json.format,
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: bin.buffer.slice(bin.byteOffset, bin.byteOffset + bin.length),
    }),
  });
}

const [folder, file] = argv.slice(2);
await tf.setBackend('cpu');
const cases = [];
for (const { name, size, scale } of models) {
  const model = await load(folder, name);
  const names = model.outputNodes.slice().sort();
  const clean = picture(file, size);
  for (const [input, pixels] of [['picture', clean], ['noisy', noisy(clean)]]) {
    const tensor = tf.tensor(Float32Array.from(pixels, scale), [1, size, size, 3]);
    const outputs = [].concat(model.execute(tensor, names));
    for (const [i, output] of outputs.entries()) {
      const values = await output.data();
      const count = values.length > 10000 ? 1024 : 256;
      const step = Math.max(1, Math.floor(values.length / count) - 5) | 1;
      const samples = [];
      for (let k = 0; k < values.length; k += step) samples.push(Math.round(values[k] * 1e7) / 1e7);
      cases.push({ model: name, input, output: names[i], shape: output.shape, step, samples });
    }
  }
}
stdout.write(`[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`);
