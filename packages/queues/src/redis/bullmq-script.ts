/** How many priorities are looked at for their oldest job, the most urgent first. */
const MAX_PRIORITIES = 64;

/**
 * Reads queues of BullMQ; each key is what the keys of a queue begin with. It answers with the time, and for each queue its counts
 * and the two times of the oldest jobs, as texts, since a number of a script loses its fraction.
 *
 * - A job whose delay is over is ready, though it lies in `delayed` until a worker asks: its score is the time in milliseconds
 *   times 4096, and a number.
 * - A job is added to the head of `wait` and taken from its tail; LIFO jobs are added to the tail. So the oldest is at one of the ends.
 * - The score of `prioritized` is the priority times 2^32 and a counter: the first job of each priority is its oldest.
 * - BullMQ sets `delay` to 0 when the delay is over; `opts` still has it.
 * - BullMQ 4 keeps a marker in the tail of `wait`, an id that begins with `0:`, and moves the jobs of a paused queue to `paused`.
 */
export const BULLMQ_SCRIPT: string = `
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function ready_since(base, id)
  local job = call('HMGET', base .. id, 'timestamp', 'opts', 'processedOn')
  local at = tonumber(job[1])
  if not at or at < 0 then return nil end
  local decoded, opts = pcall(cjson.decode, job[2] or '')
  if decoded and type(opts) == 'table' then at = at + (tonumber(opts.delay) or 0) end
  return math.max(at, tonumber(job[3]) or 0)
end

local answer = { time }
for _, base in ipairs(KEYS) do
  local paused_now = call('HEXISTS', base .. 'meta', 'paused') == 1
  local wait = base .. 'wait'
  local waiting = call('LLEN', wait)
  local tail = -1
  local last = call('LINDEX', wait, -1)
  if last and string.sub(last, 1, 2) == '0:' then
    waiting = waiting - 1
    tail = -2
  end
  local prioritized = call('ZCARD', base .. 'prioritized')
  local delayed = call('ZCARD', base .. 'delayed')
  local due = call('ZCOUNT', base .. 'delayed', '-inf', string.format('%.0f', (now + 1) * 4096 - 1))
  local takeable = waiting + prioritized + due
  local paused = call('LLEN', base .. 'paused')
  if paused_now then
    paused = paused + takeable
    takeable = 0
  end

  local since = nil
  local function consider(at)
    if at and (not since or at < since) then since = at end
  end
  if takeable > 0 then
    if waiting > 0 then
      consider(ready_since(base, call('LINDEX', wait, tail)))
      consider(ready_since(base, call('LINDEX', wait, 0)))
    end
    local from = '-inf'
    for _ = 1, ${MAX_PRIORITIES} do
      local first = call('ZRANGEBYSCORE', base .. 'prioritized', from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
      if not first[1] then break end
      consider(ready_since(base, first[1]))
      from = string.format('%.0f', (math.floor(tonumber(first[2]) / 4294967296) + 1) * 4294967296)
    end
    if due > 0 then
      local first = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
      consider(math.floor(tonumber(first[2]) / 4096))
    end
  end

  local failed = call('ZRANGE', base .. 'failed', 0, 0, 'WITHSCORES')
  answer[#answer + 1] = {
    takeable, delayed - due, call('LLEN', base .. 'active'), call('ZCARD', base .. 'waiting-children'), paused,
    call('ZCARD', base .. 'completed'), call('ZCARD', base .. 'failed'),
    since and string.format('%.0f', since) or '', failed[2] and string.format('%.0f', tonumber(failed[2])) or ''
  }
end
return answer
`;
