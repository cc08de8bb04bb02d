// What a thread of Piscina says of data that came through an instrumented pool.
// oxlint-disable-next-line import/no-default-export -- what a thread of Piscina runs
export default ({ data }) => `${data.constructor.name} ${data.byteLength}`;
