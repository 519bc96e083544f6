// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

interface IHeldToken {
    function decimals() external view returns (uint8);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// Three stablecoins under the StableSwap invariant (Egorov, 2019), with the events and views of the old
/// fixed-N pools:
///
///     Ann * sum(x) + D = Ann * D + D^(N+1) / (N^N * prod(x))        Ann = A * N, as A() is understood there
///
/// Balances are scaled to 18 decimals for the invariant. The fee stays in the pool; there is no admin share.
contract StableSwapPool {
    uint256 constant N = 3;
    uint256 constant FEE_DENOMINATOR = 10 ** 10;

    event TokenExchange(
        address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256 tokens_bought
    );
    event AddLiquidity(
        address indexed provider, uint256[3] token_amounts, uint256[3] fees, uint256 invariant, uint256 token_supply
    );
    event RemoveLiquidity(
        address indexed provider, uint256[3] token_amounts, uint256[3] fees, uint256 token_supply
    );
    event RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount);

    address[3] public coins;
    uint256[3] public balances;
    uint256[3] private scales;
    uint256 public immutable A;
    uint256 public immutable fee;
    uint256 public totalSupply;
    mapping(address => uint256) public shares;

    constructor(address[3] memory coins_, uint256 a, uint256 fee_) {
        coins = coins_;
        for (uint256 i = 0; i < N; i++) scales[i] = 10 ** (18 - IHeldToken(coins_[i]).decimals());
        A = a;
        fee = fee_;
    }

    /// What `dx` of coin i buys of coin j now, after the fee.
    function get_dy(int128 i, int128 j, uint256 dx) public view returns (uint256) {
        uint256 from = uint256(int256(i));
        uint256 to = uint256(int256(j));
        uint256[3] memory x = _scaled(balances);
        uint256 y = _otherBalance(to, from, x[from] + dx * scales[from], x, _invariant(x));
        uint256 dy = (x[to] - y - 1) / scales[to];
        return dy - (dy * fee) / FEE_DENOMINATOR;
    }

    function exchange(int128 i, int128 j, uint256 dx, uint256 leastOut) external {
        uint256 dy = get_dy(i, j, dx);
        require(dy >= leastOut, "too little out");
        uint256 from = uint256(int256(i));
        uint256 to = uint256(int256(j));
        balances[from] += dx;
        balances[to] -= dy;
        IHeldToken(coins[from]).transferFrom(msg.sender, address(this), dx);
        IHeldToken(coins[to]).transfer(msg.sender, dy);
        emit TokenExchange(msg.sender, i, dx, j, dy);
    }

    /// Uneven deposits pay the fee on what they move the pool away from its old shape.
    function add_liquidity(uint256[3] calldata amounts, uint256 leastShares) external {
        uint256 before = totalSupply == 0 ? 0 : _invariant(_scaled(balances));
        uint256[3] memory grown = balances;
        for (uint256 k = 0; k < N; k++) {
            require(totalSupply > 0 || amounts[k] > 0, "the first deposit holds every coin");
            grown[k] += amounts[k];
        }
        uint256 afterDeposit = _invariant(_scaled(grown));
        require(afterDeposit > before, "nothing added");
        uint256[3] memory fees;
        uint256 afterFees = afterDeposit;
        if (totalSupply > 0) {
            uint256[3] memory charged = grown;
            for (uint256 k = 0; k < N; k++) {
                uint256 ideal = (afterDeposit * balances[k]) / before;
                uint256 apart = ideal > grown[k] ? ideal - grown[k] : grown[k] - ideal;
                fees[k] = ((fee * N) / (4 * (N - 1))) * apart / FEE_DENOMINATOR;
                charged[k] -= fees[k];
            }
            afterFees = _invariant(_scaled(charged));
        }
        uint256 made = totalSupply == 0 ? afterDeposit : (totalSupply * (afterFees - before)) / before;
        require(made >= leastShares, "too few shares");
        balances = grown;
        totalSupply += made;
        shares[msg.sender] += made;
        for (uint256 k = 0; k < N; k++) {
            if (amounts[k] > 0) IHeldToken(coins[k]).transferFrom(msg.sender, address(this), amounts[k]);
        }
        emit AddLiquidity(msg.sender, amounts, fees, afterDeposit, totalSupply);
    }

    /// Takes out every coin in proportion.
    function remove_liquidity(uint256 amount, uint256[3] calldata least) external {
        uint256[3] memory out;
        uint256 supply = _spendShares(amount);
        for (uint256 k = 0; k < N; k++) {
            out[k] = (balances[k] * amount) / supply;
            require(out[k] >= least[k], "too little out");
            balances[k] -= out[k];
            IHeldToken(coins[k]).transfer(msg.sender, out[k]);
        }
        uint256[3] memory fees;
        emit RemoveLiquidity(msg.sender, out, fees, totalSupply);
    }

    /// Takes out one coin only. Half of the swap fee is charged on what a trade would have paid it on.
    function remove_liquidity_one_coin(uint256 amount, int128 i, uint256 least) external {
        uint256 k = uint256(int256(i));
        uint256[3] memory x = _scaled(balances);
        uint256 invariant = _invariant(x);
        uint256 supply = _spendShares(amount);
        uint256 y = _otherBalance(k, N, 0, x, invariant - (amount * invariant) / supply);
        uint256 out = (x[k] - y - 1) / scales[k];
        out -= (out * fee) / (2 * FEE_DENOMINATOR);
        require(out >= least, "too little out");
        balances[k] -= out;
        IHeldToken(coins[k]).transfer(msg.sender, out);
        emit RemoveLiquidityOne(msg.sender, amount, out);
    }

    /// Value of one share in the invariant's unit, 18 decimals.
    function get_virtual_price() external view returns (uint256) {
        return (_invariant(_scaled(balances)) * 1e18) / totalSupply;
    }

    /// D of the present balances, 18 decimals.
    function get_D() external view returns (uint256) {
        return _invariant(_scaled(balances));
    }

    function _spendShares(uint256 amount) private returns (uint256 before) {
        require(shares[msg.sender] >= amount, "shares");
        before = totalSupply;
        shares[msg.sender] -= amount;
        totalSupply = before - amount;
    }

    function _scaled(uint256[3] memory raw) private view returns (uint256[3] memory x) {
        for (uint256 k = 0; k < N; k++) x[k] = raw[k] * scales[k];
    }

    /// Newton's method on the invariant, from the sum downwards.
    function _invariant(uint256[3] memory x) private view returns (uint256 d) {
        uint256 sum = x[0] + x[1] + x[2];
        if (sum == 0) return 0;
        uint256 ann = A * N;
        d = sum;
        for (uint256 round = 0; round < 255; round++) {
            uint256 product = d;
            for (uint256 k = 0; k < N; k++) product = (product * d) / (x[k] * N);
            uint256 previous = d;
            d = ((ann * sum + product * N) * d) / ((ann - 1) * d + (N + 1) * product);
            if (d > previous ? d - previous <= 1 : previous - d <= 1) return d;
        }
        revert("the invariant did not settle");
    }

    /// The balance of coin `j` that keeps the invariant at `d` when coin `i` stands at `xi`; `i == N` changes none.
    function _otherBalance(uint256 j, uint256 i, uint256 xi, uint256[3] memory x, uint256 d)
        private
        view
        returns (uint256 y)
    {
        require(j < N && i != j && i <= N, "which coin?");
        uint256 ann = A * N;
        uint256 sum;
        uint256 c = d;
        for (uint256 k = 0; k < N; k++) {
            if (k == j) continue;
            uint256 held = k == i ? xi : x[k];
            sum += held;
            c = (c * d) / (held * N);
        }
        c = (c * d) / (ann * N);
        uint256 b = sum + d / ann;
        y = d;
        for (uint256 round = 0; round < 255; round++) {
            uint256 previous = y;
            y = (y * y + c) / (2 * y + b - d);
            if (y > previous ? y - previous <= 1 : previous - y <= 1) return y;
        }
        revert("the balance did not settle");
    }
}
