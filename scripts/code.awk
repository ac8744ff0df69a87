# Prints FILE:LINE:CODE for Rust sources, without comments and without what strings contain,
# so that rules about code do not trip over prose. Block comments are not handled: we write none.
FNR == 1 { string = 0 }
{
    code = ""
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        if (string) {
            if (c == "\\") i++
            else if (c == "\"") { string = 0; code = code c }
        } else if (c == "/" && substr($0, i + 1, 1) == "/") {
            break
        } else if (substr($0, i, 3) == "'\"'") {
            i += 2
        } else if (substr($0, i, 4) == "'\\\"'") {
            i += 3
        } else {
            if (c == "\"") string = 1
            code = code c
        }
    }
    print FILENAME ":" FNR ":" code
}
