-- wrk's figures as one line of JSON. Alone it is the script of a plain GET.
function done(summary, latency)
  local errors = summary.errors
  io.write(
    string.format(
      '{"requests": %d, "us": %d, "refused": %d, "failed": %d, "p50_us": %d, "p99_us": %d}\n',
      summary.requests,
      summary.duration,
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50),
      latency:percentile(99)
    )
  )
end
