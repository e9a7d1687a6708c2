# Sourced by setup, serve and stop: where things are, and what they are called.

real=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Everything that setup builds or downloads: some 500 MB. Shared by all checkouts of a user.
home=${MESS_REAL_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/messplus/real}

version=b11434
server=${MESS_LLAMA_SERVER:-$home/llama.cpp-$version/llama-server}
quantize=$home/llama.cpp-$version/llama-quantize
weights=$home/weights

# Where the servers that run have their ids and logs, and the port of the first of them.
run=${MESS_REAL_RUN:-$home/run}
first=${MESS_REAL_PORT:-18101}

# Calls that a server works on at a time.
slots=${MESS_REAL_SLOTS:-4}

# The models: name, file of weights, port. They differ in quality and cost.
models=(
    "smollm2-q2 SmolLM2-135M-Instruct.Q2_K.gguf $first"
    "smollm2 SmolLM2-135M-Instruct.Q4_1.gguf $((first + 1))"
    "gemma3 gemma-3-270m.Q4_K_M.gguf $((first + 2))"
)

# The id of the process that serves a model, if there is one. After a restart of the machine, another one may have it.
process() {
    local id
    id=$(cat "$run/$1.pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$id/cmdline" | grep -q -- "--alias $1 " && echo "$id"
}

# The port of a model.
port() {
    printf '%s\n' "${models[@]}" | awk -v name="$1" '$1 == name { print $3 }'
}

# What a machine lacks: exit code 3, so that a caller can go on without real servers.
lacks() {
    echo "real/$(basename "$0"): $*" >&2
    exit 3
}

fail() {
    echo "real/$(basename "$0"): $*" >&2
    exit 1
}
